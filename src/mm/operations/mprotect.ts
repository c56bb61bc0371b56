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

const protectedFlags = (flags: number, writable: 0 | 1): number =>
  writable === 1 ? flags | vmaFlag.write : flags & ~vmaFlag.write;

/** `mprotect` of the write permission: under the write lock throughout (facts, B.4), but for what `inPlace` does. */
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
      if (
        space.locking.refines === 1 &&
        (yield this.inPlace(cpu, space, from, to, writable)) === 1
      ) {
        changed++;
      } else {
        yield space.locking.beginChange(cpu, from, to, 1);
        changed += yield this.protect(cpu, space, from, to, writable);
        yield space.index.settle(cpu);
        yield space.locking.endChange(cpu);
      }
    }
    return changed;
  }

  /**
   * Where [start, end) is one VMA that will not merge with a neighbour, the tree stays as it is: then only this
   * range is locked, with a page on either side that keeps the neighbours what they are (facts, A.15.4). It
   * is looked at under the lock for reading first, to know. 1 if it changed the VMA.
   */
  private *inPlace(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    end: number,
    writable: 0 | 1,
  ): Steps<number> {
    yield space.locking.beginRead(cpu, start - 1, end + 1);
    const candidate = yield this.separate(cpu, space, start, end, writable);
    yield space.locking.endRead(cpu);
    if (candidate === 0) return 0;
    yield space.locking.beginChange(cpu, start - 1, end + 1, 0);
    const vma = yield this.separate(cpu, space, start, end, writable);
    if (vma !== 0) {
      yield cpu.store(
        vma + record.flags,
        protectedFlags(cpu.memory.get(vma + record.flags), writable),
      );
      if (writable === 0) yield this.revoke(cpu, space, start, end);
    }
    yield space.locking.endChange(cpu);
    return vma === 0 ? 0 : 1;
  }

  /** The VMA of exactly [start, end), if it must change and no neighbour could merge with it then; else 0. */
  private *separate(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    end: number,
    writable: 0 | 1,
  ): Steps<number> {
    const memory = cpu.memory;
    const vma = yield space.index.lookup(cpu, start);
    if (vma === 0 || memory.get(vma + record.start) !== start) return 0;
    if (memory.get(vma + record.end) !== end) return 0;
    const flags = memory.get(vma + record.flags);
    const wanted = protectedFlags(flags, writable);
    if (flags === wanted) return 0;
    const name = memory.get(vma + record.name);
    for (let side = 0; side < 2; side++) {
      const neighbour = yield space.index.lookup(cpu, side === 0 ? start - 1 : end);
      if (
        neighbour !== 0 &&
        memory.get(neighbour + record.flags) === wanted &&
        memory.get(neighbour + record.name) === name
      ) {
        return 0;
      }
    }
    return vma;
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
    let found = yield space.index.next(cpu, start, end);
    while (found !== 0) {
      const { from, to } = cpu.task;
      const flags = memory.get(found + record.flags);
      const wanted = protectedFlags(flags, writable);
      if (flags !== wanted) {
        if ((yield space.index.hasRoom(cpu, needs.vmas, needs.changes)) === 0) return changed;
        const vma = yield this.#edit.own(cpu, space, found, from, to);
        yield space.locking.isolate(cpu, vma);
        yield cpu.store(vma + record.flags, wanted);
        if (writable === 0) yield this.revoke(cpu, space, from, to);
        yield this.#edit.mergeAround(cpu, space, vma);
        changed++;
      }
      found = to < end ? yield space.index.next(cpu, to, end) : 0;
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
