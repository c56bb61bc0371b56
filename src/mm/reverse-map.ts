import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { AnonVmas } from './anon-vma.js';
import type { ReverseMapping } from './contracts.js';
import type { Files } from './files.js';
import { vma as record } from './vma.js';

/**
 * What a change of VMAs does to both reverse maps: from files (`i_mmap`) and from anonymous pages
 * (`anon_vma`) to the VMAs that may map them. Called by the holder of the `mmap_lock`, exclusively or
 * (`unlink`) after a downgrade. Where both locks are needed, `i_mmap` comes first (facts, B.0).
 */
export class ReverseMap implements ReverseMapping {
  readonly files: Files;
  readonly anonVmas: AnonVmas;

  constructor(files: Files, anonVmas: AnonVmas) {
    this.files = files;
    this.anonVmas = anonVmas;
  }

  *link(cpu: Cpu, vma: number): Steps {
    const file = cpu.memory.get(vma + record.file);
    if (file !== 0) yield this.files.at(file - 1).link(cpu, vma);
  }

  *unlink(cpu: Cpu, vma: number): Steps {
    const file = cpu.memory.get(vma + record.file);
    if (file !== 0) yield this.files.at(file - 1).unlink(cpu, vma);
    yield this.anonVmas.unlink(cpu, vma);
  }

  *beginAdjust(cpu: Cpu, vma: number): Steps {
    const file = cpu.memory.get(vma + record.file);
    if (file !== 0) yield this.files.at(file - 1).iMmap.writeLock(cpu);
    yield this.anonVmas.lockTree(cpu, vma);
  }

  *endAdjust(cpu: Cpu, vma: number): Steps {
    yield this.anonVmas.unlockTree(cpu, vma);
    const file = cpu.memory.get(vma + record.file);
    if (file !== 0) yield this.files.at(file - 1).iMmap.writeUnlock(cpu);
  }

  *linkSibling(cpu: Cpu, vma: number, sibling: number): Steps {
    const file = cpu.memory.get(vma + record.file);
    if (file !== 0) yield this.files.at(file - 1).linkLocked(cpu, vma);
    yield this.anonVmas.linkSibling(cpu, vma, sibling);
  }

  *unlinkSibling(cpu: Cpu, vma: number): Steps {
    const file = cpu.memory.get(vma + record.file);
    if (file !== 0) yield this.files.at(file - 1).unlinkLocked(cpu, vma);
    yield this.anonVmas.unlinkSibling(cpu, vma);
  }

  *prepareAnonVma(cpu: Cpu, vma: number): Steps<number> {
    return yield this.anonVmas.prepare(cpu, vma);
  }

  linkPlain(memory: Memory, vma: number): void {
    const file = memory.get(vma + record.file);
    if (file !== 0) this.files.at(file - 1).insert(memory, vma);
  }

  prepareAnonVmaPlain(memory: Memory, vma: number): void {
    this.anonVmas.preparePlain(memory, vma);
  }
}
