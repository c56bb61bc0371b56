import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { Notifiers } from '../contracts.js';
import type { Core } from '../core.js';

/**
 * Invalidation of a range as such (facts, B.8): tells secondary MMUs and all CPUs to drop translations of
 * what is mapped there, under the lock for reading, which the callbacks hold up.
 */
export class Notify {
  readonly #core: Core;
  readonly #notifiers: Notifiers;

  constructor(core: Core, notifiers: Notifiers) {
    this.#core = core;
    this.#notifiers = notifiers;
  }

  /** Gives how many callbacks there were: at most one for each VMA, and for each `hold_limit` pages of it. */
  *run(cpu: Cpu, start: number, pages: number): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    const limit = this.#core.strategy.holdLimit;
    const part = limit === 0 ? pages : limit;
    const end = start + pages;
    let callbacks = 0;
    for (let from = start; from < end; from += part) {
      const to = Math.min(end, from + part);
      if (from !== start) cpu.task.events.holdBreaks++;
      yield space.locking.beginRead(cpu, from, to);
      let vma = yield space.index.next(cpu, from, to);
      while (vma !== 0) {
        const { from: first, to: last } = cpu.task;
        callbacks += yield this.#notifiers.invalidate(cpu, space, first, last - first);
        vma = last < to ? yield space.index.next(cpu, last, to) : 0;
      }
      const others = space.others(cpu.task);
      if (others > 0) {
        cpu.task.events.shootdowns++;
        yield cpu.shootdown(others, to - from);
      }
      yield space.locking.endRead(cpu);
    }
    return callbacks;
  }
}
