import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { PerVmaLocking } from './per-vma.js';

/**
 * The per-VMA lock of Linux 6.15 (facts, A.16.3; `include/linux/mmap_lock.h`, 7.0): the readers' count is the
 * VMA's reference count, 0 once it is detached, so that nobody locks a VMA that is gone; and the sequence
 * number of the address space is odd while `mmap_lock` is held for writing.
 */
export class PerVmaRefLocking extends PerVmaLocking {
  override *beginChange(cpu: Cpu, _start: number, _end: number, _shape: 0 | 1): Steps {
    yield this.lock.writeLock(cpu);
    yield this.nextSequence(cpu);
  }

  override *detach(cpu: Cpu, vma: number): Steps {
    yield this.readers.dissolve(cpu, vma);
  }
}
