import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Notifiers } from '../contracts.js';
import type { Core } from '../core.js';
import { zapOnly } from '../zap.js';

/**
 * `madvise(MADV_DONTNEED)`: drops the pages of a range, which stays mapped, under the read lock (facts, B.4).
 * Text with breakpoints stays: in the kernel it would lose them, and executions count as missed.
 */
export class Madvise {
  readonly #core: Core;
  readonly #notifiers: Notifiers;

  constructor(core: Core, notifiers: Notifiers) {
    this.#core = core;
    this.#notifiers = notifiers;
  }

  /** Gives how many pages were present and are dropped. */
  *run(cpu: Cpu, start: number, pages: number): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    const limit = this.#core.strategy.holdLimit;
    const part = limit === 0 ? pages : limit;
    const end = start + pages;
    let dropped = 0;
    for (let from = start; from < end; from += part) {
      const to = Math.min(end, from + part);
      if (from !== start) cpu.task.events.holdBreaks++;
      yield space.locking.beginRead(cpu, from, to);
      dropped += yield this.drop(cpu, space, from, to);
      yield space.locking.endRead(cpu);
    }
    return dropped;
  }

  private *drop(cpu: Cpu, space: AddressSpace, start: number, end: number): Steps<number> {
    let dropped = 0;
    let vma = yield space.index.next(cpu, start, end);
    while (vma !== 0) {
      const { from, to } = cpu.task;
      yield this.#notifiers.invalidate(cpu, space, from, to - from);
      dropped += yield this.#core.zap.clear(cpu, space, from, to, zapOnly.notProbed);
      vma = to < end ? yield space.index.next(cpu, to, end) : 0;
    }
    yield this.#core.zap.flush(cpu, space);
    return dropped;
  }
}
