import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { ObservedRange } from '../locks/observed-range.js';
import type { AddressSpaceLocking } from './address-space-locking.js';
import type { LockedSpace } from './locked-space.js';

/**
 * A lock of ranges in the place of `mmap_lock` (facts, A.15). With `range: full` everyone takes the whole address
 * space, as in the conversion of 2018, which measures the lock as such. With `refined` (Kogan, Dice and Issa,
 * EuroSys 2020) faults and readers take only the pages that they touch, and so do changes that leave the
 * tree of VMAs as it is; what changes the tree still excludes everyone.
 */
export class RangeLocking implements AddressSpaceLocking {
  readonly keepsForIo: 0 | 1;
  readonly validates = 0;
  readonly refines: 0 | 1;
  readonly parallel: 0 | 1 = 0;
  protected readonly space: LockedSpace;
  /** Whether faults and readers lock what they touch. */
  protected readonly narrow: 0 | 1;
  readonly #lock: ObservedRange;
  readonly #drops: 0 | 1;
  /** What thread 0 holds, as `release` takes it; the others' follow. */
  readonly #handles: number;

  constructor(
    space: LockedSpace,
    lock: ObservedRange = space.makeRangeLock(),
    narrow: 0 | 1 = space.strategy.range === 'refined' ? 1 : 0,
  ) {
    this.space = space;
    this.narrow = narrow;
    this.#lock = lock;
    this.#handles = space.layout.allocate(space.threads * lineWords);
    this.keepsForIo = this.#lock.holderMaySleep ? 1 : 0;
    this.refines = narrow;
    this.#drops = space.strategy.faultIo === 'hold' ? 0 : 1;
  }

  initialise(memory: Memory): void {
    this.#lock.initialise(memory);
  }

  check(memory: Memory): string[] {
    return this.#lock.check(memory);
  }

  *beginFault(cpu: Cpu, page: number): Steps<number> {
    yield this.acquire(cpu, page, page + 1, this.narrow, 0);
    const vma = yield this.space.index.lookup(cpu, page);
    if (vma === 0) yield this.release(cpu);
    return vma;
  }

  *dropForIo(cpu: Cpu): Steps<number> {
    if (this.#drops === 0) return 0;
    yield this.release(cpu);
    return 1;
  }

  *stillValid(): Steps<number> {
    return 1;
  }

  *endFault(cpu: Cpu): Steps {
    yield this.release(cpu);
  }

  *beginRead(cpu: Cpu, start: number, end: number): Steps {
    yield this.acquire(cpu, start, end, this.narrow, 0);
  }

  *endRead(cpu: Cpu): Steps {
    yield this.release(cpu);
  }

  *beginChange(cpu: Cpu, start: number, end: number, shape: 0 | 1): Steps {
    yield this.acquire(cpu, start, end, shape === 0 ? this.narrow : 0, 1);
  }

  *beginMap(cpu: Cpu, pages: number, low: number, high: number): Steps<number> {
    yield this.beginChange(cpu, low, high, 1);
    const start = yield this.space.index.findGap(cpu, pages, low, high);
    if (start < 0) yield this.endChange(cpu);
    return start;
  }

  *isolate(_cpu: Cpu, _vma: number): Steps {
    // Whoever has found it wants one of its pages, and the change holds them all.
  }

  *detach(_cpu: Cpu, _vma: number): Steps {
    // Nobody can have found it.
  }

  *downgrade(): Steps<number> {
    return 0;
  }

  *endChange(cpu: Cpu): Steps {
    yield this.release(cpu);
  }

  /** Locks [start, end) if `narrow`, else everything. */
  protected *acquire(cpu: Cpu, start: number, end: number, narrow: 0 | 1, write: 0 | 1): Steps {
    const handle = yield narrow === 1
      ? this.#lock.acquire(cpu, start, end, write)
      : this.#lock.acquire(cpu, 0, this.space.pages, write);
    yield cpu.set(this.#handles + cpu.id * lineWords, handle);
  }

  private *release(cpu: Cpu): Steps {
    yield this.#lock.release(cpu, yield cpu.get(this.#handles + cpu.id * lineWords));
  }
}
