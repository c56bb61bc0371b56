import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { RangeLock } from '../locks/definition.js';
import { slotState, type SlotTree } from '../mm/slot-tree.js';

/**
 * A lock of ranges of pages that is a part of the radix tree over these pages: who acquires a range finds each slot
 * in it either whole or expanded, and may change all of them. Everyone excludes everyone: a slot has no readers.
 */
export abstract class SlotRangeLock implements RangeLock {
  protected readonly slots: SlotTree;

  constructor(slots: SlotTree) {
    this.slots = slots;
  }

  abstract acquire(cpu: Cpu, start: number, end: number, write: number): Steps<number>;
  abstract release(cpu: Cpu, handle: number): Steps;

  /** The slots of a node that is not there any more say so; who waits for its lock, if it has one, must begin anew. */
  protected abstract abandon(cpu: Cpu, level: number, first: number): Steps;

  /**
   * Folds what is empty in a range that the caller holds, with all nodes from the one of `highest` down: a node
   * whose slots lead to no VMA goes, and the slot above it holds `empty`.
   */
  protected *foldEmpty(
    cpu: Cpu,
    start: number,
    stop: number,
    highest: number,
    empty: number,
  ): Steps {
    const { memory } = cpu;
    const { slots } = this;
    let page = start;
    while (page < stop) {
      let level = highest;
      let slot = slots.slot(level, page);
      while (memory.get(slot) === slotState.expanded) {
        if (slots.covers(level, page, stop) && slots.isEmpty(memory, level, page)) {
          // Nobody waits for an expanded slot.
          yield cpu.store(slot, empty);
          yield this.discard(cpu, level - 1, page);
        } else {
          level--;
          slot = slots.slot(level, page);
        }
      }
      page = slots.after(level, page);
    }
  }

  /** Takes away the node of a level that begins at `first`, to which no slot leads, and those below it. */
  private *discard(cpu: Cpu, level: number, first: number): Steps {
    const { slots } = this;
    const end = first + slots.span(level + 1);
    for (let page = first; page < end; page = slots.after(level, page)) {
      const before = yield slots.replace(cpu, slots.slot(level, page), slotState.gone);
      if (before === slotState.expanded) yield this.discard(cpu, level - 1, page);
    }
    yield this.abandon(cpu, level, first);
  }
}
