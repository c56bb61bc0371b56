import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { RecordPool } from './record-pool.js';
import { node, nodeEntries, nodeLeast } from './tree-node.js';

/** Words of the working copy: one entry more than a node has, and the second node of a split. */
const work = {
  right: 0,
  starts: 16,
  ends: 16 + nodeEntries * 2,
  pointers: 16 + nodeEntries * 4,
} as const;
const workWords = 16 + nodeEntries * 6;

/**
 * Changes to a tree by copying the path from root to leaf: every method gives the root of a new tree and
 * leaves the old one whole, its replaced nodes retired in `epoch`. Plain code, for the one thread that
 * may change the tree.
 */
export class TreeEdit {
  readonly #work: number;
  readonly #pool: RecordPool;

  constructor(layout: Layout, pool: RecordPool) {
    this.#work = layout.allocate(workWords);
    this.#pool = pool;
  }

  /** Adds an entry; the tree holds none that overlaps it. */
  insert(m: Memory, root: number, start: number, end: number, to: number, epoch: number): number {
    if (root === 0) {
      this.#put(m, 0, start, end, to);
      return this.#emit(m, 0, 1);
    }
    const left = this.#insert(m, root, start, end, to, epoch);
    const right = m.get(this.#work + work.right);
    if (right === 0) return left;
    const level = m.get(left + node.level) + 1;
    this.#putNode(m, 0, left);
    this.#putNode(m, 1, right);
    return this.#emit(m, level, 2);
  }

  /** Removes the entry that begins at `start`. */
  remove(m: Memory, root: number, start: number, epoch: number): number {
    let top = this.#remove(m, root, start, epoch);
    while (top !== 0 && m.get(top + node.level) > 0 && m.get(top + node.count) === 1) {
      const child = m.get(top + node.pointers);
      this.#pool.retire(m, top, epoch);
      top = child;
    }
    return top;
  }

  /** Gives the entry that begins at `old` new bounds, between the same neighbours. */
  resize(m: Memory, root: number, old: number, start: number, end: number, epoch: number): number {
    const index = childIndex(m, root, old);
    const level = m.get(root + node.level);
    const pointer = m.get(root + node.pointers + index);
    const child = level === 0 ? pointer : this.resize(m, pointer, old, start, end, epoch);
    const count = this.#load(m, root, epoch);
    if (level === 0) this.#put(m, index, start, end, pointer);
    else this.#putNode(m, index, child);
    return this.#emit(m, level, count);
  }

  #insert(m: Memory, at: number, start: number, end: number, to: number, epoch: number): number {
    const level = m.get(at + node.level);
    if (level === 0) {
      const index = insertionIndex(m, at, start);
      const count = this.#load(m, at, epoch);
      this.#open(m, index, count);
      this.#put(m, index, start, end, to);
      return this.#emit(m, 0, count + 1);
    }
    const index = Math.max(insertionIndex(m, at, start) - 1, 0);
    const child = this.#insert(m, m.get(at + node.pointers + index), start, end, to, epoch);
    const right = m.get(this.#work + work.right);
    const count = this.#load(m, at, epoch);
    this.#putNode(m, index, child);
    if (right === 0) return this.#emit(m, level, count);
    this.#open(m, index + 1, count);
    this.#putNode(m, index + 1, right);
    return this.#emit(m, level, count + 1);
  }

  #remove(m: Memory, at: number, start: number, epoch: number): number {
    const index = childIndex(m, at, start);
    const level = m.get(at + node.level);
    const pointer = m.get(at + node.pointers + index);
    let child = level === 0 ? 0 : this.#remove(m, pointer, start, epoch);
    const total = m.get(at + node.count);
    let partner = -1;
    if (child !== 0 && m.get(child + node.count) < nodeLeast) {
      const space = nodeEntries - m.get(child + node.count);
      if (index > 0 && this.#countOf(m, at, index - 1) <= space) partner = index - 1;
      else if (index + 1 < total && this.#countOf(m, at, index + 1) <= space) partner = index + 1;
    }
    if (partner >= 0) {
      const other = m.get(at + node.pointers + partner);
      child =
        partner < index ? this.#join(m, other, child, epoch) : this.#join(m, child, other, epoch);
    }
    const count = this.#load(m, at, epoch);
    const first = partner >= 0 && partner < index ? partner : index;
    if (child !== 0) this.#putNode(m, first, child);
    if (child !== 0 && partner < 0) return this.#emit(m, level, count);
    this.#close(m, child === 0 ? index : first + 1, count);
    return count === 1 ? 0 : this.#emit(m, level, count - 1);
  }

  #countOf(m: Memory, at: number, index: number): number {
    return m.get(m.get(at + node.pointers + index) + node.count);
  }

  /** One node with the entries of two neighbours. */
  #join(m: Memory, left: number, right: number, epoch: number): number {
    const count = this.#load(m, left, epoch);
    const more = m.get(right + node.count);
    for (let index = 0; index < more; index++) {
      this.#put(
        m,
        count + index,
        m.get(right + node.starts + index),
        m.get(right + node.ends + index),
        m.get(right + node.pointers + index),
      );
    }
    this.#pool.retire(m, right, epoch);
    return this.#emit(m, m.get(left + node.level), count + more);
  }

  /** Copies a node's entries into the working copy and retires it. Gives their number. */
  #load(m: Memory, from: number, epoch: number): number {
    const count = m.get(from + node.count);
    for (let index = 0; index < count; index++) {
      m.set(this.#work + work.starts + index, m.get(from + node.starts + index));
      m.set(this.#work + work.ends + index, m.get(from + node.ends + index));
      m.set(this.#work + work.pointers + index, m.get(from + node.pointers + index));
    }
    this.#pool.retire(m, from, epoch);
    return count;
  }

  #put(m: Memory, index: number, start: number, end: number, to: number): void {
    m.set(this.#work + work.starts + index, start);
    m.set(this.#work + work.ends + index, end);
    m.set(this.#work + work.pointers + index, to);
  }

  #putNode(m: Memory, index: number, child: number): void {
    const last = m.get(child + node.count) - 1;
    this.#put(m, index, m.get(child + node.starts), m.get(child + node.ends + last), child);
  }

  #open(m: Memory, index: number, count: number): void {
    for (let at = count; at > index; at--) this.#move(m, at - 1, at);
  }

  #close(m: Memory, index: number, count: number): void {
    for (let at = index + 1; at < count; at++) this.#move(m, at, at - 1);
  }

  #move(m: Memory, from: number, to: number): void {
    this.#put(
      m,
      to,
      m.get(this.#work + work.starts + from),
      m.get(this.#work + work.ends + from),
      m.get(this.#work + work.pointers + from),
    );
  }

  /** Makes one node of the working copy, or two when it is one too many; the second goes to `work.right`. */
  #emit(m: Memory, level: number, count: number): number {
    if (count <= nodeEntries) {
      m.set(this.#work + work.right, 0);
      return this.#make(m, level, 0, count);
    }
    const half = count >> 1;
    m.set(this.#work + work.right, this.#make(m, level, half, count));
    return this.#make(m, level, 0, half);
  }

  #make(m: Memory, level: number, from: number, to: number): number {
    const made = this.#pool.take(m);
    let gap = 0;
    for (let index = from; index < to; index++) {
      const start = m.get(this.#work + work.starts + index);
      const pointer = m.get(this.#work + work.pointers + index);
      if (index > from) gap = Math.max(gap, start - m.get(this.#work + work.ends + index - 1));
      if (level > 0) gap = Math.max(gap, m.get(pointer + node.gap));
      m.set(made + node.starts + index - from, start);
      m.set(made + node.ends + index - from, m.get(this.#work + work.ends + index));
      m.set(made + node.pointers + index - from, pointer);
    }
    m.set(made + node.count, to - from);
    m.set(made + node.level, level);
    m.set(made + node.gap, gap);
    return made;
  }
}

/** Index of the first entry that begins after `start`. */
function insertionIndex(m: Memory, at: number, start: number): number {
  const count = m.get(at + node.count);
  let index = 0;
  while (index < count && m.get(at + node.starts + index) <= start) index++;
  return index;
}

/** Index of the entry that holds `start`; there is one. */
function childIndex(m: Memory, at: number, start: number): number {
  return insertionIndex(m, at, start) - 1;
}
