import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition } from '../locks/definition.js';
import type { SlotTree } from '../mm/slot-tree.js';
import type { LockedSpace } from './locked-space.js';
import { RangeLocking } from './range.js';

/**
 * Everyone locks the pages that they touch and nothing else, and that is all there is (facts, A.18, A.19): a
 * change of the mappings too keeps others out of its own range only, and of where it maps something new.
 *
 * Addresses for that are looked for by each thread from a place of its own, round the whole area, since one search
 * for the lowest gap would lead all threads to the same pages. The papers leave the choice to the caller (RadixVM)
 * and to an allocator of each core (CortenMM).
 */
export class SlotLocking extends RangeLocking {
  /** What is locked need not be made narrower. */
  override readonly refines = 0;
  override readonly parallel = 1;
  readonly #slots: SlotTree;

  /** `lock` makes the lock of ranges out of the slots. Throws if the address space has none. */
  constructor(space: LockedSpace, lock: (slots: SlotTree) => RangeDefinition) {
    const { slots } = space;
    if (slots === undefined)
      throw new Error(`${space.strategy.granularity} needs an index of slots`);
    super(space, space.observeRange(lock(slots)), 1);
    this.#slots = slots;
  }

  override *beginChange(cpu: Cpu, start: number, end: number, _shape: 0 | 1): Steps {
    yield this.acquire(cpu, start, end, 1, 1);
  }

  override *beginMap(cpu: Cpu, pages: number, low: number, high: number): Steps<number> {
    const own = this.ownStart(cpu.id, low, high);
    let start = -1;
    // What others hold is passed by at first, and waited for if there is nothing else.
    for (let busy = 0; start < 0 && busy < 2; busy++) {
      start = yield this.claim(cpu, pages, own, high, busy);
      if (start < 0) {
        start = yield this.claim(cpu, pages, low, Math.min(high, own + pages - 1), busy);
      }
    }
    return start;
  }

  /** Locks the first gap of [low, high) that is still one when it is locked; -1: there is none. */
  private *claim(cpu: Cpu, pages: number, low: number, high: number, busy: number): Steps<number> {
    const { index } = this.space;
    let start = yield this.#slots.findGap(cpu, pages, low, high, busy);
    while (start >= 0) {
      yield this.beginChange(cpu, start, start + pages, 1);
      if ((yield index.next(cpu, start, start + pages)) === 0) return start;
      const { to } = cpu.task;
      yield this.endChange(cpu);
      start = yield this.#slots.findGap(cpu, pages, to, high, busy);
    }
    return -1;
  }

  /** Where a thread begins to look: its share of the area, from the start of a node if shares are that large. */
  private ownStart(thread: number, low: number, high: number): number {
    const share = Math.floor((high - low) / this.space.threads);
    const start = low + thread * share;
    const node = this.#slots.span(1);
    return share < node ? start : Math.max(low, start - (start % node));
  }
}
