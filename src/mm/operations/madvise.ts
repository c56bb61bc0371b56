import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Notifiers } from '../contracts.js';
import type { Core } from '../core.js';
import { vma as record } from '../vma.js';
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
    const memory = cpu.memory;
    let dropped = 0;
    let from = start;
    let vma = yield space.tree.lookupNext(cpu, from);
    while (vma !== 0 && memory.get(vma + record.start) < end) {
      from = Math.max(from, memory.get(vma + record.start));
      const to = Math.min(end, memory.get(vma + record.end));
      yield this.#notifiers.invalidate(cpu, space, from, to - from);
      dropped += yield this.#core.zap.clear(cpu, space, from, to, zapOnly.notProbed);
      from = to;
      vma = from < end ? yield space.tree.lookupNext(cpu, from) : 0;
    }
    yield this.#core.zap.flush(cpu, space);
    return dropped;
  }
}
