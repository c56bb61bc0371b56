import type { Cpu } from '../machine/cpu.js';
import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import { SlotRecords, type SlotRecordsParts } from './slot-records.js';
import { checkSlots, slotExtents } from './slot-check.js';
import { SlotTree, slotState, slotVma, type SlotTreeParts } from './slot-tree.js';
import type { VmaExtent, VmaIndex } from './vma-index.js';
import { vma as record } from './vma.js';

export type SlotIndexParts = SlotRecordsParts & SlotTreeParts;

/**
 * The VMAs of an address space as the slots of its pages lead to them: for strategies that lock what they change and
 * nothing else, so that changes of different ranges run in parallel. RadixVM has a copy of the mapping in each
 * slot; here slots lead to one record, which the reverse maps need, and which changes only by who holds all of its
 * pages. Who holds some of them carves these out (`VmaEdit.own`) and leaves the record's bounds as they are.
 */
export class SlotIndex implements VmaIndex {
  readonly word: number;
  readonly records: SlotRecords;
  readonly most: number;
  readonly slots: SlotTree;
  readonly carves = 1;

  constructor(layout: Layout, parts: SlotIndexParts) {
    this.slots = new SlotTree(layout, parts);
    this.records = new SlotRecords(layout, parts);
    this.most = this.records.capacity;
    this.word = this.slots.slot(this.slots.top, 0);
  }

  *lookup(cpu: Cpu, page: number): Steps<number> {
    return yield this.slots.lookup(cpu, page);
  }

  *next(cpu: Cpu, page: number, limit: number): Steps<number> {
    const { memory, task } = cpu;
    yield cpu.read(this.word, 'vma_lookup', 1);
    const end = Math.min(limit, this.slots.pages);
    let at = page;
    let vma = 0;
    while (at < end) {
      const level = this.slots.levelOf(memory, at);
      const found = slotVma(memory.get(this.slots.slot(level, at)));
      if (found !== vma && vma !== 0) break;
      if (vma === 0) task.from = at;
      vma = found;
      at = this.slots.after(level, at);
    }
    task.to = Math.min(at, end);
    return vma;
  }

  /** Only what lies within the range that the caller holds, and has no holes there, may it touch. */
  *neighbour(cpu: Cpu, page: number): Steps<number> {
    const { memory } = cpu;
    const start = this.slots.heldStart(memory, cpu.id);
    const end = this.slots.heldEnd(memory, cpu.id);
    if (page < start || page >= end) return 0;
    const vma = yield this.slots.lookup(cpu, page);
    if (vma === 0) return 0;
    const first = memory.get(vma + record.start);
    const last = memory.get(vma + record.end);
    if (first < start || last > end) return 0;
    return (yield cpu.load(vma + record.pages)) === last - first ? vma : 0;
  }

  *findGap(cpu: Cpu, pages: number, low: number, high: number): Steps<number> {
    return yield this.slots.findGap(cpu, pages, low, high, 1);
  }

  *hasRoom(cpu: Cpu, vmas: number): Steps<number> {
    return yield this.records.hasRoom(cpu, vmas);
  }

  *take(cpu: Cpu): Steps<number> {
    return yield this.records.take(cpu);
  }

  *give(cpu: Cpu, vma: number): Steps {
    yield this.records.give(cpu, vma);
  }

  *add(cpu: Cpu, vma: number): Steps {
    const start = cpu.memory.get(vma + record.start);
    const end = cpu.memory.get(vma + record.end);
    yield cpu.store(vma + record.pages, end - start);
    yield this.set(cpu, start, end, vma);
  }

  *drop(cpu: Cpu, vma: number): Steps {
    const { memory } = cpu;
    yield this.set(cpu, memory.get(vma + record.start), memory.get(vma + record.end), 0);
    yield cpu.store(vma + record.pages, 0);
  }

  *reshape(cpu: Cpu, vma: number, oldStart: number, oldEnd: number): Steps {
    const start = cpu.memory.get(vma + record.start);
    const end = cpu.memory.get(vma + record.end);
    yield cpu.store(vma + record.pages, end - start);
    if (start < oldStart) yield this.set(cpu, start, oldStart, vma);
    if (end > oldEnd) yield this.set(cpu, oldEnd, end, vma);
  }

  *retire(cpu: Cpu, vma: number): Steps {
    yield this.records.retire(cpu, vma);
  }

  *settle(cpu: Cpu): Steps {
    yield this.records.settle(cpu);
  }

  takePlain(memory: Memory): number {
    return this.records.takeAtStart(memory);
  }

  addPlain(memory: Memory, vma: number): void {
    const { slots } = this;
    const end = memory.get(vma + record.end);
    memory.set(vma + record.pages, end - memory.get(vma + record.start));
    for (let page = memory.get(vma + record.start); page < end;) {
      let level = slots.levelOf(memory, page);
      for (; !slots.covers(level, page, end); level--) slots.expandPlain(memory, level, page);
      memory.set(slots.slot(level, page), vma);
      page = slots.after(level, page);
    }
  }

  find(memory: Memory, page: number): number {
    return slotVma(memory.get(this.slots.slot(this.slots.levelOf(memory, page), page)));
  }

  extents(memory: Memory): VmaExtent[] {
    return slotExtents(memory, this.slots);
  }

  check(memory: Memory, who: string): string[] {
    return checkSlots(memory, this.slots, who);
  }

  inUse(memory: Memory): number {
    return this.records.inUse(memory);
  }

  /** Makes the slots of [start, end) lead to a VMA, or to none, for who holds them, maybe with others around. */
  private *set(cpu: Cpu, start: number, end: number, vma: number): Steps {
    const { memory } = cpu;
    for (let page = start; page < end;) {
      let level = this.slots.levelOf(memory, page);
      let slot = this.slots.slot(level, page);
      while (!this.slots.covers(level, page, end)) {
        yield this.slots.expand(cpu, level, page, memory.get(slot) & ~slotState.waited);
        level--;
        slot = this.slots.slot(level, page);
      }
      yield this.slots.replace(cpu, slot, vma | (memory.get(slot) & slotState.locked));
      page = this.slots.after(level, page);
    }
  }
}
