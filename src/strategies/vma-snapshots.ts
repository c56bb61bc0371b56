import type { Cpu } from '../machine/cpu.js';
import type { Layout } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import { vma as record, vmaWords } from '../mm/vma.js';

/** A copy of a VMA for each thread, so that a fault without a lock works on something that does not change. */
export class VmaSnapshots {
  readonly #copies: number;

  constructor(layout: Layout, threads: number) {
    this.#copies = layout.allocate(threads * vmaWords);
  }

  /** Copies what a fault reads of a VMA. Gives the copy, which is whole only if the VMA did not change meanwhile. */
  *take(cpu: Cpu, vma: number): Steps<number> {
    const copy = this.#copies + cpu.id * vmaWords;
    yield cpu.set(copy + record.start, yield cpu.load(vma + record.start));
    yield cpu.set(copy + record.end, yield cpu.load(vma + record.end));
    yield cpu.set(copy + record.flags, yield cpu.load(vma + record.flags));
    yield cpu.set(copy + record.file, yield cpu.load(vma + record.file));
    yield cpu.set(copy + record.fileOffset, yield cpu.load(vma + record.fileOffset));
    yield cpu.set(copy + record.anonVma, yield cpu.load(vma + record.anonVma));
    return copy;
  }
}
