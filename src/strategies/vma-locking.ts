import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import { VmaReaders } from './vma-readers.js';
import { WholeLocking } from './whole.js';

/**
 * What strategies with a lock in each VMA have in common: a fault holds the lock of its VMA, `cpu.task.vma`, or
 * if that is 0 `mmap_lock`. They differ in how it gets there.
 */
export abstract class VmaLocking extends WholeLocking {
  protected readonly readers = new VmaReaders();

  override check(memory: Memory): string[] {
    return [...super.check(memory), ...this.readers.check(memory, this.space.index.records)];
  }

  override *dropForIo(cpu: Cpu): Steps<number> {
    if (this.drops === 0) return 0;
    yield this.endFault(cpu);
    return 1;
  }

  override *endFault(cpu: Cpu): Steps {
    const { vma } = cpu.task;
    cpu.task.vma = 0;
    yield vma === 0 ? this.lock.readUnlock(cpu) : this.readers.leave(cpu, vma);
  }
}
