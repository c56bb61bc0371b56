import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Observed } from '../locks/observed.js';
import type { AddressSpaceLocking } from './address-space-locking.js';
import type { LockedSpace } from './locked-space.js';

/**
 * One lock over the whole address space, as Linux has had it from the beginning: faults and readers share
 * it, changes exclude everyone. Nothing can change under a fault that holds it, so a VMA found stays valid.
 * The base of every strategy that keeps this lock for what it cannot do without.
 */
export class WholeLocking implements AddressSpaceLocking {
  readonly keepsForIo: 0 | 1;
  readonly validates: 0 | 1 = 0;
  readonly refines = 0;
  readonly parallel = 0;
  protected readonly lock: Observed;
  protected readonly space: LockedSpace;
  protected readonly drops: 0 | 1;

  constructor(space: LockedSpace) {
    this.space = space;
    this.lock = space.makeLock();
    this.keepsForIo = this.lock.holderMaySleep ? 1 : 0;
    this.drops = space.strategy.faultIo === 'hold' ? 0 : 1;
  }

  initialise(memory: Memory): void {
    this.lock.initialise(memory);
  }

  check(memory: Memory): string[] {
    return this.lock.check(memory);
  }

  *beginFault(cpu: Cpu, page: number, _write: 0 | 1, _again: 0 | 1): Steps<number> {
    yield this.lock.readLock(cpu);
    const vma = yield this.space.index.lookup(cpu, page);
    if (vma === 0) yield this.lock.readUnlock(cpu);
    return vma;
  }

  *dropForIo(cpu: Cpu): Steps<number> {
    if (this.drops === 0) return 0;
    yield this.lock.readUnlock(cpu);
    return 1;
  }

  *stillValid(_cpu: Cpu): Steps<number> {
    return 1;
  }

  *endFault(cpu: Cpu): Steps {
    yield this.lock.readUnlock(cpu);
  }

  *beginRead(cpu: Cpu, _start: number, _end: number): Steps {
    yield this.lock.readLock(cpu);
  }

  *endRead(cpu: Cpu): Steps {
    yield this.lock.readUnlock(cpu);
  }

  *beginChange(cpu: Cpu, _start: number, _end: number, _shape: 0 | 1): Steps {
    yield this.lock.writeLock(cpu);
  }

  *beginMap(cpu: Cpu, pages: number, low: number, high: number): Steps<number> {
    yield this.beginChange(cpu, low, high, 1);
    const start = yield this.space.index.findGap(cpu, pages, low, high);
    if (start < 0) yield this.endChange(cpu);
    return start;
  }

  *isolate(_cpu: Cpu, _vma: number): Steps {
    // Whoever changes the address space is alone in it.
  }

  *detach(_cpu: Cpu, _vma: number): Steps {
    // Nobody can have found it.
  }

  *downgrade(cpu: Cpu): Steps<number> {
    return yield this.lock.downgrade(cpu);
  }

  *endChange(cpu: Cpu): Steps {
    yield this.lock.writeUnlock(cpu);
  }
}
