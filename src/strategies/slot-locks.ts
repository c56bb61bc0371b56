import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition } from '../locks/definition.js';
import { slotState, type SlotTree } from '../mm/slot-tree.js';
import { SlotRangeLock } from './slot-range-lock.js';

/** Words of those who wait for slots of one node of pages, or for a slot above that begins there. */
const waiters = { count: 0, turn: 1 } as const;

/** How long a waiter spins before it sleeps, ns: about as long as a fault holds its slot. */
const usualSpinNs = 2_000;

/**
 * The locks of RadixVM (facts, A.18): a bit in every slot. A range is taken from left to right, at each place the
 * highest slot that lies in it; a slot of which only a part is wanted is expanded first. So a fault takes one
 * slot, and ranges that do not overlap never meet, but in a node that one of them expands.
 *
 * The paper's bits are spinlocks. Here who waits spins for a moment and then sleeps, since a holder may wait for a
 * device or a notifier; those who sleep are counted for each node of 512 pages, so that who lets go of a slot
 * need not know of them.
 */
export class SlotLocks extends SlotRangeLock {
  readonly #waiters: number;
  readonly #threads: number;
  readonly #spinNs: number;

  constructor(slots: SlotTree, base: number, threads: number, spinNs = usualSpinNs) {
    super(slots);
    this.#waiters = base;
    this.#threads = threads;
    this.#spinNs = spinNs;
  }

  *acquire(cpu: Cpu, start: number, end: number, _write: number): Steps<number> {
    const { slots } = this;
    const stop = Math.min(end, slots.pages);
    let level = slots.top;
    let page = start;
    while (page < stop) {
      const slot = slots.slot(level, page);
      const word = yield cpu.load(slot);
      if (word === slotState.expanded) {
        level--;
      } else if (word === slotState.gone) {
        level = slots.top;
      } else if ((word & slotState.locked) !== 0) {
        yield this.await(cpu, slot, word, this.line(level, page));
      } else if ((yield cpu.cas(slot, word, word | slotState.locked)) === word) {
        if (slots.covers(level, page, stop)) {
          page = slots.after(level, page);
          // The node of a slot that is held stays; what comes after it is looked for from the top.
          if (slots.begins(level, page)) level = slots.top;
        } else {
          yield slots.expand(cpu, level, page, word);
          yield this.rouse(cpu, this.line(level, page));
          level--;
        }
      }
    }
    yield slots.hold(cpu, start, stop);
    return 1;
  }

  *release(cpu: Cpu, _handle: number): Steps {
    const { memory } = cpu;
    const { slots } = this;
    const start = slots.heldStart(memory, cpu.id);
    const stop = slots.heldEnd(memory, cpu.id);
    yield slots.hold(cpu, 0, 0);
    if (stop - start >= slots.span(1)) {
      yield this.foldEmpty(cpu, start, stop, slots.top, slotState.locked);
    }
    let page = start;
    while (page < stop) {
      const level = slots.levelOf(memory, page);
      const slot = slots.slot(level, page);
      yield cpu.store(slot, memory.get(slot) & ~slotState.locked);
      const line = this.line(level, page);
      page = slots.after(level, page);
      if (page >= stop || this.line(0, page) !== line) yield this.rouse(cpu, line);
    }
  }

  protected override *abandon(cpu: Cpu, level: number, first: number): Steps {
    const { slots } = this;
    if (level === 0) {
      yield this.rouse(cpu, this.line(0, first));
      return;
    }
    const end = Math.min(first + slots.span(level + 1), slots.pages);
    for (let page = first; page < end; page = slots.after(level, page)) {
      yield this.rouse(cpu, this.line(level, page));
    }
  }

  /** Waits for a locked slot to be something else. */
  private *await(cpu: Cpu, slot: number, word: number, line: number): Steps {
    if ((yield cpu.awaitChange(slot, word, this.#spinNs)) !== word) return;
    yield cpu.add(line + waiters.count, 1);
    const turn = yield cpu.load(line + waiters.turn);
    if ((yield cpu.load(slot)) === word) {
      cpu.count.sleeps++;
      yield cpu.park(line + waiters.turn, turn);
    }
    yield cpu.add(line + waiters.count, -1);
  }

  /**
   * Wakes those who wait, after a slot has changed. Who is not counted yet has still to look at the slot, and will
   * find it changed; who has looked and not gone to sleep finds that the turn is another.
   */
  private *rouse(cpu: Cpu, line: number): Steps {
    if ((yield cpu.load(line + waiters.count)) === 0) return;
    yield cpu.add(line + waiters.turn, 1);
    yield cpu.wake(line + waiters.turn, this.#threads);
  }

  private line(level: number, page: number): number {
    const first = page - (page % this.slots.span(level));
    return this.#waiters + this.slots.node(0, first) * lineWords;
  }
}

/** The locks of a tree of slots, as a lock of ranges that can be observed. */
export const slotLocks = (slots: SlotTree): RangeDefinition => ({
  name: 'slots',
  kind: 'range',
  sleeps: true,
  spins: true,
  fair: false,
  words: () => slots.nodes(0) * lineWords,
  create: (base, threads) => new SlotLocks(slots, base, threads),
});
