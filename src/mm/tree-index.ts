import type { Cpu } from '../machine/cpu.js';
import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Epochs } from './epochs.js';
import { RecordPool } from './record-pool.js';
import { checkTree, treeExtents } from './tree-check.js';
import type { VmaExtent, VmaIndex } from './vma-index.js';
import { VmaTree } from './vma-tree.js';
import { vma as record, vmaWords } from './vma.js';

/** Retired records that are let pile up before the slots of the readers are looked at. */
const usualRetiredKept = 64;

export interface TreeIndexParts {
  /** VMAs that there can be at once. */
  readonly vmas: number;
  readonly epochs: Epochs;
  /** Retired records that are let pile up. Default 64. */
  readonly retiredKept: number | undefined;
}

/**
 * The VMAs of an address space in a tree that is copied on write, for strategies under which changes go one at a
 * time: all that takes or frees records and nodes is guarded by the lock for change.
 */
export class TreeIndex extends VmaTree implements VmaIndex {
  readonly records: RecordPool;
  readonly most: number;
  readonly carves = 0;
  readonly #epochs: Epochs;
  readonly #retiredKept: number;

  constructor(layout: Layout, parts: TreeIndexParts) {
    super(layout, VmaTree.nodesFor(parts.vmas));
    const capacity = parts.vmas + 2 * usualRetiredKept;
    this.records = new RecordPool(layout, capacity, vmaWords, record.next, record.stamp);
    this.most = parts.vmas;
    this.#epochs = parts.epochs;
    this.#retiredKept = parts.retiredKept ?? usualRetiredKept;
  }

  get word(): number {
    return this.root;
  }

  *next(cpu: Cpu, page: number, limit: number): Steps<number> {
    const { memory, task } = cpu;
    const vma = yield this.lookupNext(cpu, page);
    if (vma === 0) return 0;
    const start = memory.get(vma + record.start);
    if (start >= limit) return 0;
    task.from = Math.max(start, page);
    task.to = Math.min(memory.get(vma + record.end), limit);
    return vma;
  }

  /** A change has the whole address space to itself. */
  *neighbour(cpu: Cpu, page: number): Steps<number> {
    return yield this.lookup(cpu, page);
  }

  *hasRoom(cpu: Cpu, vmas: number, changes: number): Steps<number> {
    if (this.#fits(cpu.memory, vmas, changes)) return 1;
    yield this.reclaim(cpu);
    return this.#fits(cpu.memory, vmas, changes) ? 1 : 0;
  }

  *take(cpu: Cpu): Steps<number> {
    return this.records.take(cpu.memory);
  }

  *give(cpu: Cpu, vma: number): Steps {
    this.records.give(cpu.memory, vma);
  }

  *add(cpu: Cpu, vma: number): Steps {
    const memory = cpu.memory;
    const start = memory.get(vma + record.start);
    const end = memory.get(vma + record.end);
    yield this.insert(cpu, start, end, vma, this.#epochs.current(memory));
    yield this.#epochs.advance(cpu);
  }

  *drop(cpu: Cpu, vma: number): Steps {
    const memory = cpu.memory;
    const start = memory.get(vma + record.start);
    yield this.remove(cpu, start, this.#epochs.current(memory));
    yield this.#epochs.advance(cpu);
  }

  *reshape(cpu: Cpu, vma: number, oldStart: number, _oldEnd: number): Steps {
    const memory = cpu.memory;
    const start = memory.get(vma + record.start);
    const end = memory.get(vma + record.end);
    yield this.resize(cpu, oldStart, start, end, this.#epochs.current(memory));
    yield this.#epochs.advance(cpu);
  }

  *retire(cpu: Cpu, vma: number): Steps {
    this.records.retire(cpu.memory, vma, this.#epochs.current(cpu.memory));
    yield this.#epochs.advance(cpu);
  }

  *settle(cpu: Cpu): Steps {
    const memory = cpu.memory;
    if (this.nodes.retired(memory) + this.records.retired(memory) < this.#retiredKept) return;
    yield this.reclaim(cpu);
  }

  /** Frees the retired records that no reader can see any more. */
  *reclaim(cpu: Cpu): Steps {
    const oldest = yield this.#epochs.oldest(cpu);
    const memory = cpu.memory;
    cpu.task.events.epochFrees += this.nodes.release(memory, oldest);
    cpu.task.events.epochFrees += this.records.release(memory, oldest);
  }

  takePlain(memory: Memory): number {
    return this.records.take(memory);
  }

  addPlain(memory: Memory, vma: number): void {
    const epoch = this.#epochs.current(memory);
    const start = memory.get(vma + record.start);
    this.insertPlain(memory, start, memory.get(vma + record.end), vma, epoch);
    // Nobody reads yet, so what the insertion replaced is free at once.
    this.nodes.release(memory, epoch + 1);
  }

  extents(memory: Memory): VmaExtent[] {
    return treeExtents(memory, memory.get(this.root));
  }

  check(memory: Memory, who: string): string[] {
    return checkTree(memory, memory.get(this.root), who);
  }

  inUse(memory: Memory): number {
    return this.records.capacity - this.records.available(memory) - this.records.retired(memory);
  }

  /** Whether the limit of VMAs and both pools allow it as they are. */
  #fits(memory: Memory, vmas: number, changes: number): boolean {
    const available = this.records.available(memory);
    const live = this.records.capacity - available - this.records.retired(memory);
    return live + vmas <= this.most && available >= vmas && this.hasNodes(memory, changes);
  }
}
