import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Notifiers } from '../contracts.js';
import type { Core } from '../core.js';
import { entriesPerTable, entryWritable } from '../page-entry.js';
import { mergeNeeds, splitNeeds, type VmaEdit } from '../vma-edit.js';
import { vma as record, vmaFlag } from '../vma.js';

/** Records and tree changes to protect one VMA: two splits, two merges. */
const needs = {
  vmas: 2 * splitNeeds.vmas,
  changes: 2 * (splitNeeds.changes + mergeNeeds.changes),
} as const;

/** `mprotect` of the write permission: under the write lock throughout (facts, B.4). */
export class Mprotect {
  readonly #core: Core;
  readonly #notifiers: Notifiers;
  readonly #edit: VmaEdit;

  constructor(core: Core, notifiers: Notifiers, edit: VmaEdit) {
    this.#core = core;
    this.#notifiers = notifiers;
    this.#edit = edit;
  }

  /** Makes [start, start + pages) writable or not. Gives how many VMAs it changed. */
  *run(cpu: Cpu, start: number, pages: number, writable: 0 | 1): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    const limit = this.#core.strategy.holdLimit;
    const part = limit === 0 ? pages : limit;
    const end = start + pages;
    let changed = 0;
    for (let from = start; from < end; from += part) {
      const to = Math.min(end, from + part);
      if (from !== start) cpu.task.events.holdBreaks++;
      yield space.locking.beginChange(cpu, from, to, 1);
      changed += yield this.protect(cpu, space, from, to, writable);
      yield space.settle(cpu);
      yield space.locking.endChange(cpu);
    }
    return changed;
  }

  private *protect(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    end: number,
    writable: 0 | 1,
  ): Steps<number> {
    const memory = cpu.memory;
    let changed = 0;
    let from = start;
    while (from < end) {
      let vma = yield space.tree.lookupNext(cpu, from);
      if (vma === 0 || memory.get(vma + record.start) >= end) return changed;
      const flags = memory.get(vma + record.flags);
      const wanted = writable === 1 ? flags | vmaFlag.write : flags & ~vmaFlag.write;
      if (flags === wanted) {
        from = memory.get(vma + record.end);
      } else {
        if ((yield space.hasRoom(cpu, needs.vmas, needs.changes)) === 0) return changed;
        if (memory.get(vma + record.start) < from) {
          vma = yield this.#edit.split(cpu, space, vma, from);
        }
        if (memory.get(vma + record.end) > end) yield this.#edit.split(cpu, space, vma, end);
        yield space.locking.isolate(cpu, vma);
        yield cpu.store(vma + record.flags, wanted);
        from = memory.get(vma + record.end);
        if (writable === 0) {
          yield this.revoke(cpu, space, memory.get(vma + record.start), from);
        }
        yield this.#edit.mergeAround(cpu, space, vma);
        changed++;
      }
    }
    return changed;
  }

  /** Takes the permission to write out of the entries of [start, end), and out of every CPU's translations. */
  private *revoke(cpu: Cpu, space: AddressSpace, start: number, end: number): Steps {
    yield this.#notifiers.invalidate(cpu, space, start, end - start);
    let revoked = 0;
    let page = start;
    while (page < end) {
      const next = Math.min(end, page - (page % entriesPerTable) + entriesPerTable);
      if ((yield space.hasEntries(cpu, page)) !== 0) {
        revoked += yield this.revokeTable(cpu, space, page, next);
      }
      page = next;
    }
    const others = space.others(cpu.task);
    if (revoked > 0 && others > 0) {
      cpu.task.events.shootdowns++;
      yield cpu.shootdown(others, revoked);
    }
  }

  private *revokeTable(cpu: Cpu, space: AddressSpace, start: number, end: number): Steps<number> {
    const { table } = space;
    let revoked = 0;
    yield table.lock(cpu, start);
    for (let page = start; page < end; page++) {
      const entry = yield cpu.load(table.entry(page));
      if ((entry & entryWritable) !== 0) {
        yield table.change(cpu, page, entry & ~entryWritable);
        revoked++;
      }
    }
    yield table.unlock(cpu, start);
    return revoked;
  }
}
