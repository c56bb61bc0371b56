import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition } from '../locks/definition.js';
import type { SlotNodes } from '../mm/slot-nodes.js';
import { slotState, type SlotTree } from '../mm/slot-tree.js';
import { SlotRangeLock } from './slot-range-lock.js';

/**
 * The locks of CortenMM (facts, A.19, the protocol that the paper calls adv): one in each page-table page, which is
 * a node of the tree of slots. A range is taken by its covering node, the lowest that has all of it, which is found
 * without a lock and made if it is not there, and then by every node below that has a part of the range, in the
 * order of addresses. Who gets the lock of a node that has gone meanwhile (a stray one) begins anew.
 */
export class NodeLocks extends SlotRangeLock {
  readonly #nodes: SlotNodes;

  constructor(slots: SlotTree, nodes: SlotNodes) {
    super(slots);
    this.#nodes = nodes;
  }

  /** The handle is the level of the covering node, and 1; of what is behind the address space, -1. */
  *acquire(cpu: Cpu, start: number, end: number, _write: number): Steps<number> {
    const stop = Math.min(end, this.slots.pages);
    if (start >= stop) return -1;
    const level = yield this.cover(cpu, start, stop - 1);
    yield this.slots.hold(cpu, start, stop);
    yield this.lockBelow(cpu, level, start, stop);
    return level + 1;
  }

  *release(cpu: Cpu, handle: number): Steps {
    if (handle < 0) return;
    const { memory } = cpu;
    const { slots } = this;
    const covering = handle - 1;
    const start = slots.heldStart(memory, cpu.id);
    const stop = slots.heldEnd(memory, cpu.id);
    yield slots.hold(cpu, 0, 0);
    if (stop - start >= slots.span(1)) yield this.foldEmpty(cpu, start, stop, covering, 0);
    let level = covering;
    let page = start;
    while (page < stop) {
      if (memory.get(slots.slot(level, page)) === slotState.expanded) {
        level--;
      } else {
        page = slots.after(level, page);
        while (level < covering && (slots.begins(level, page) || page >= stop)) {
          yield this.unlock(cpu, level, page - 1);
          level++;
        }
      }
    }
    yield this.unlock(cpu, covering, start);
  }

  protected override *abandon(cpu: Cpu, level: number, first: number): Steps {
    yield this.unlock(cpu, level, first);
  }

  /** Locks the lowest node that has both pages, and gives its level. */
  private *cover(cpu: Cpu, first: number, last: number): Steps<number> {
    const { slots } = this;
    for (;;) {
      let level = slots.top;
      while (
        this.share(level, first, last) &&
        (yield cpu.load(slots.slot(level, first))) === slotState.expanded
      ) {
        level--;
      }
      yield this.lock(cpu, level, first);
      if ((yield this.isThere(cpu, level, first)) === 1) {
        while (this.share(level, first, last)) {
          yield this.lockNext(cpu, level, first);
          yield this.unlock(cpu, level, first);
          level--;
        }
        return level;
      }
      yield this.unlock(cpu, level, first);
      cpu.count.retries++;
    }
  }

  /** Locks the nodes below the covering one; makes those that only a part of the range is in. */
  private *lockBelow(cpu: Cpu, covering: number, start: number, stop: number): Steps {
    const { slots } = this;
    let level = covering;
    let page = start;
    while (page < stop) {
      const word = level === 0 ? 0 : yield cpu.load(slots.slot(level, page));
      if (word === slotState.expanded || !slots.covers(level, page, stop)) {
        yield this.lockNext(cpu, level, page);
        level--;
      } else {
        page = slots.after(level, page);
        while (level < covering && slots.begins(level, page)) level++;
      }
    }
  }

  /** For the holder of a node: locks the node below it that has a page, which is made if it is not there. */
  private *lockNext(cpu: Cpu, level: number, page: number): Steps {
    const word = yield cpu.load(this.slots.slot(level, page));
    yield word === slotState.expanded
      ? this.lock(cpu, level - 1, page)
      : this.slots.expand(cpu, level, page, word);
  }

  /** 1 if the node that the caller has locked is still, or again, a part of the tree. */
  private *isThere(cpu: Cpu, level: number, page: number): Steps<number> {
    if (level === this.slots.top) return 1;
    const above = yield cpu.load(this.slots.slot(level + 1, page));
    return above === slotState.expanded ? 1 : 0;
  }

  /** Whether one node below that of `level` has both pages. */
  private share(level: number, first: number, last: number): boolean {
    return level > 0 && this.slots.slot(level, first) === this.slots.slot(level, last);
  }

  private *lock(cpu: Cpu, level: number, page: number): Steps {
    yield this.#nodes.lock(cpu, level, this.slots.node(level, page));
  }

  private *unlock(cpu: Cpu, level: number, page: number): Steps {
    yield this.#nodes.unlock(cpu, level, this.slots.node(level, page));
  }
}

/** The locks of the nodes of a tree, as a lock of ranges that can be observed. Throws if they have none. */
export function nodeLocks(slots: SlotTree): RangeDefinition {
  const { nodeLocks: nodes } = slots;
  if (nodes === undefined) throw new Error('The nodes of this index have no locks');
  return {
    name: nodes.definition.name,
    kind: 'range',
    sleeps: nodes.definition.sleeps,
    fair: false,
    words: () => 0,
    create: () => new NodeLocks(slots, nodes),
  };
}
