import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition } from '../locks/definition.js';
import { slotState, slotVma, type SlotTree } from '../mm/slot-tree.js';
import { SlotRangeLock } from './slot-range-lock.js';

/** How long a waiter spins before it sleeps, ns: about as long as a fault holds its slot. */
const usualSpinNs = 2_000;

/**
 * The locks of RadixVM (facts, A.18): a bit in every slot. A range is taken from left to right, at each place the
 * highest slot that lies in it; a slot of which only a part is wanted is expanded first. So a fault takes one
 * slot, and ranges that do not overlap never meet, but in a slot that one of them expands.
 *
 * The paper's bits are spinlocks. Here who waits spins for a moment, then says so in a second bit and sleeps, since
 * a holder may wait for a device or a notifier. Whoever is woken competes with all others.
 */
export class SlotLocks extends SlotRangeLock {
  readonly #spinNs: number;

  constructor(slots: SlotTree, spinNs = usualSpinNs) {
    super(slots);
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
        yield this.await(cpu, slot, word);
      } else if ((yield cpu.cas(slot, word, word | slotState.locked)) === word) {
        if (slots.covers(level, page, stop)) {
          page = slots.after(level, page);
          // The node of a slot that is held stays; what comes after it is looked for from the top.
          if (slots.begins(level, page)) level = slots.top;
        } else {
          yield slots.expand(cpu, level, page, word);
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
      yield slots.replace(cpu, slot, slotVma(memory.get(slot)));
      page = slots.after(level, page);
    }
  }

  /** A slot is its own lock, and those who wait for it were woken when it changed. */
  protected override *abandon(_cpu: Cpu, _level: number, _first: number): Steps {
    // There is nothing else.
  }

  /** Waits for a locked slot to be something else. */
  private *await(cpu: Cpu, slot: number, word: number): Steps {
    if ((yield cpu.awaitChange(slot, word, this.#spinNs)) !== word) return;
    const waited = word | slotState.waited;
    if (word !== waited && (yield cpu.cas(slot, word, waited)) !== word) return;
    cpu.count.sleeps++;
    yield cpu.park(slot, waited);
  }
}

/** The locks of a tree of slots, as a lock of ranges that can be observed. */
export const slotLocks = (slots: SlotTree): RangeDefinition => ({
  name: 'slots',
  kind: 'range',
  sleeps: true,
  spins: true,
  fair: false,
  words: () => 0,
  create: () => new SlotLocks(slots),
});
