import type { Cpu } from '../machine/cpu.js';
import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import { RecordPool } from './record-pool.js';
import { TreeEdit } from './tree-edit.js';
import { node, nodeWords, treeDepth } from './tree-node.js';

/** Nodes that one change of the tree takes at most: two a level, and a joined one. */
const nodesOfChange = 3 * treeDepth;

/**
 * The VMAs of an address space by page: a B-tree that is copied on write and whose root is one word. A
 * lookup loads the root and then reads nodes that never change, so it is safe with any lock or none (with
 * none: inside an epoch). A change copies the path and publishes it by one store of the root; the caller
 * excludes other changes.
 */
export class VmaTree {
  /** The word that holds the root node, 0 while there is no VMA; stands for the whole tree in `cpu.read` and `cpu.write`. */
  readonly root: number;
  readonly nodes: RecordPool;
  readonly #edit: TreeEdit;

  constructor(layout: Layout, nodes: number) {
    this.root = layout.allocate(1);
    this.nodes = new RecordPool(layout, nodes, nodeWords, node.next, node.stamp);
    this.#edit = new TreeEdit(layout, this.nodes);
  }

  /** Nodes that a tree of `vmas` needs, with those that replaced ones keep back for a while. */
  static nodesFor(vmas: number): number {
    return Math.ceil(vmas / 3) + 16 * nodesOfChange;
  }

  /** The VMA that maps `page`, or 0. */
  *lookup(cpu: Cpu, page: number): Steps<number> {
    const root = yield cpu.load(this.root);
    yield cpu.read(this.root, 'vma_lookup', 1);
    return find(cpu.memory, root, page);
  }

  /** The first VMA that ends after `page`, or 0: it maps `page` or is the next one. */
  *lookupNext(cpu: Cpu, page: number): Steps<number> {
    const root = yield cpu.load(this.root);
    yield cpu.read(this.root, 'vma_lookup', 1);
    return findNext(cpu.memory, root, page);
  }

  /** First page of the lowest gap of `pages` in [low, high), or -1. */
  *findGap(cpu: Cpu, pages: number, low: number, high: number): Steps<number> {
    const root = yield cpu.load(this.root);
    yield cpu.read(this.root, 'gap_search', 1);
    return findGap(cpu.memory, root, pages, low, high);
  }

  /** 1 if the pool has nodes for that many changes. */
  hasNodes(memory: Memory, changes: number): boolean {
    return this.nodes.available(memory) >= changes * nodesOfChange;
  }

  *insert(cpu: Cpu, start: number, end: number, vma: number, epoch: number): Steps {
    yield cpu.write(this.root, 'vma_change', 1);
    const root = cpu.memory.get(this.root);
    yield cpu.store(this.root, this.#edit.insert(cpu.memory, root, start, end, vma, epoch));
  }

  *remove(cpu: Cpu, start: number, epoch: number): Steps {
    yield cpu.write(this.root, 'vma_change', 1);
    const root = cpu.memory.get(this.root);
    yield cpu.store(this.root, this.#edit.remove(cpu.memory, root, start, epoch));
  }

  *resize(cpu: Cpu, old: number, start: number, end: number, epoch: number): Steps {
    yield cpu.write(this.root, 'vma_change', 1);
    const root = cpu.memory.get(this.root);
    yield cpu.store(this.root, this.#edit.resize(cpu.memory, root, old, start, end, epoch));
  }

  /** Plain set-up: as `insert`. */
  insertPlain(memory: Memory, start: number, end: number, vma: number, epoch: number): void {
    const root = memory.get(this.root);
    memory.set(this.root, this.#edit.insert(memory, root, start, end, vma, epoch));
  }

  /** Plain `lookup`. */
  find(memory: Memory, page: number): number {
    return find(memory, memory.get(this.root), page);
  }

  /** Plain `lookupNext`. */
  findNext(memory: Memory, page: number): number {
    return findNext(memory, memory.get(this.root), page);
  }
}

function find(memory: Memory, root: number, page: number): number {
  let at = root;
  while (at !== 0) {
    let index = memory.get(at + node.count) - 1;
    while (index >= 0 && memory.get(at + node.starts + index) > page) index--;
    if (index < 0 || memory.get(at + node.ends + index) <= page) return 0;
    const pointer = memory.get(at + node.pointers + index);
    if (memory.get(at + node.level) === 0) return pointer;
    at = pointer;
  }
  return 0;
}

function findNext(memory: Memory, root: number, page: number): number {
  let at = root;
  while (at !== 0) {
    const count = memory.get(at + node.count);
    let index = 0;
    while (index < count && memory.get(at + node.ends + index) <= page) index++;
    if (index === count) return 0;
    const pointer = memory.get(at + node.pointers + index);
    if (memory.get(at + node.level) === 0) return pointer;
    at = pointer;
  }
  return 0;
}

function findGap(memory: Memory, root: number, pages: number, low: number, high: number): number {
  if (root === 0) return low + pages <= high ? low : -1;
  const first = memory.get(root + node.starts);
  let gap = first - low >= pages ? low : gapInside(memory, root, pages, low);
  if (gap < 0) {
    const last = memory.get(root + node.count) - 1;
    gap = Math.max(memory.get(root + node.ends + last), low);
  }
  return gap + pages <= high ? gap : -1;
}

/** The lowest gap between two VMAs under `at` that has `pages` at or above `low`, or -1. */
function gapInside(memory: Memory, at: number, pages: number, low: number): number {
  if (memory.get(at + node.gap) < pages) return -1;
  const count = memory.get(at + node.count);
  const inner = memory.get(at + node.level) > 0;
  for (let index = 0; index < count; index++) {
    const end = memory.get(at + node.ends + index);
    if (inner && end > low) {
      const found = gapInside(memory, memory.get(at + node.pointers + index), pages, low);
      if (found >= 0) return found;
    }
    if (index + 1 < count) {
      const from = Math.max(end, low);
      if (memory.get(at + node.starts + index + 1) - from >= pages) return from;
    }
  }
  return -1;
}
