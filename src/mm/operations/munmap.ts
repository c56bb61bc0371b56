import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Notifiers, ReverseMapping } from '../contracts.js';
import type { Core } from '../core.js';
import { splitNeeds, type VmaEdit } from '../vma-edit.js';
import { vma as record } from '../vma.js';

/** Records and tree changes to take one VMA out: two splits, and the removal. */
const detachNeeds = { vmas: 2 * splitNeeds.vmas, changes: 2 * splitNeeds.changes + 1 } as const;

/** `munmap` (facts, B.3): detach the VMAs under the write lock, then clear pages under what is left of it. */
export class Munmap {
  readonly #core: Core;
  readonly #reverse: ReverseMapping;
  readonly #notifiers: Notifiers;
  readonly #edit: VmaEdit;
  readonly #downgrades: boolean;

  constructor(core: Core, reverse: ReverseMapping, notifiers: Notifiers, edit: VmaEdit) {
    this.#core = core;
    this.#reverse = reverse;
    this.#notifiers = notifiers;
    this.#edit = edit;
    this.#downgrades = core.strategy.unmap === 'downgrade';
  }

  /**
   * Unmaps [start, start + pages). Gives how many pages of it were mapped by a VMA. With a `hold_limit` it
   * is done in parts, each complete before the lock is dropped: a range that is no longer in the index may
   * be mapped anew by others, so its entries must be gone by then.
   */
  *run(cpu: Cpu, start: number, pages: number): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    const limit = this.#core.strategy.holdLimit;
    const part = limit === 0 ? pages : limit;
    const end = start + pages;
    let unmapped = 0;
    for (let from = start; from < end; from += part) {
      const to = Math.min(end, from + part);
      if (from !== start) cpu.task.events.holdBreaks++;
      yield space.locking.beginChange(cpu, from, to, 1);
      unmapped += yield this.finish(cpu, space, from, to);
    }
    return unmapped;
  }

  /**
   * Unmaps [start, end) for a caller that holds the lock for change, and releases the lock. Gives how many
   * pages it unmapped; the rest stays mapped if the records that this takes run out.
   */
  *finish(cpu: Cpu, space: AddressSpace, start: number, end: number): Steps<number> {
    const memory = cpu.memory;
    const first = yield this.detach(cpu, space, start, end);
    if (first === 0) {
      yield space.locking.endChange(cpu);
      return 0;
    }
    const shared = this.#downgrades && (yield space.locking.downgrade(cpu)) === 1;
    let pages = 0;
    for (let vma = first; vma !== 0; vma = memory.get(vma + record.next)) {
      const from = memory.get(vma + record.start);
      const to = memory.get(vma + record.end);
      yield this.#notifiers.invalidate(cpu, space, from, to - from);
      yield this.#core.zap.clear(cpu, space, from, to);
      pages += to - from;
    }
    yield this.#core.zap.flush(cpu, space);
    let vma = first;
    while (vma !== 0) {
      const next = memory.get(vma + record.next);
      yield this.#reverse.unlink(cpu, vma);
      yield space.index.retire(cpu, vma);
      vma = next;
    }
    yield space.index.settle(cpu);
    yield shared ? space.locking.endRead(cpu) : space.locking.endChange(cpu);
    return pages;
  }

  /** Takes the VMAs of [start, end) out of the index. Gives a list of them, linked by `next`; 0: none. */
  private *detach(cpu: Cpu, space: AddressSpace, start: number, end: number): Steps<number> {
    let list = 0;
    let found = yield space.index.next(cpu, start, end);
    while (found !== 0) {
      const { from, to } = cpu.task;
      const room = yield space.index.hasRoom(cpu, detachNeeds.vmas, detachNeeds.changes);
      if (room === 0) return list;
      const vma = yield this.#edit.own(cpu, space, found, from, to);
      yield space.locking.isolate(cpu, vma);
      yield space.detach(cpu, vma);
      cpu.memory.set(vma + record.next, list);
      list = vma;
      found = to < end ? yield space.index.next(cpu, to, end) : 0;
    }
    return list;
  }
}
