import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { vmaCounters } from './vma-counters.js';
import { VmaLocking } from './vma-locking.js';
import { needsAnonVma } from './vma-need.js';

/**
 * A lock in each VMA, with `mmap_lock` still over the tree (facts, A.16.1): a fault holds `mmap_lock` only
 * while it looks its VMA up, and then that VMA's lock. So it waits for fewer writers, but writes two shared
 * words where it wrote one, and in a process with one big VMA both are everyone's.
 */
export class VmaRwsemLocking extends VmaLocking {
  override *beginFault(cpu: Cpu, page: number, write: 0 | 1, again: 0 | 1): Steps<number> {
    const vma = yield super.beginFault(cpu, page, write, again);
    if (vma === 0) return 0;
    if (needsAnonVma(cpu.memory, vma, write)) {
      vmaCounters(cpu.task).fallbacks++;
      return vma;
    }
    // Cannot fail: a writer excludes readers only under `mmap_lock`.
    yield this.readers.tryEnter(cpu, vma);
    yield this.lock.readUnlock(cpu);
    cpu.task.vma = vma;
    return vma;
  }

  override *isolate(cpu: Cpu, vma: number): Steps {
    // No new reader can come while `mmap_lock` is held for writing.
    yield this.readers.exclude(cpu, vma);
    yield this.readers.readmit(cpu, vma);
  }
}
