import { lineWords } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';

/** Words of an entry's node; the lock may use those from `entryWords` on. */
const first = 0;
const end = 1;
const left = 2;
const right = 3;
/** The greatest end in the subtree. */
const greatest = 4;

/** Words of a node that the tree uses; a node is one line. */
export const entryWords = 5;

/**
 * Half-open intervals, ordered by their start (then by entry), each node knowing the greatest end below it:
 * an interval tree (Cormen et al., section 14.3), balanced as a treap whose priorities are hashes of the
 * entries (Seidel and Aragon, 1996). Plain code for whoever holds the lock over it. An entry is a number
 * from 1; 0 is none.
 */
export class IntervalTree {
  private readonly root: number;
  private readonly nodes: number;

  /** `root` is a word, `nodes` the first of a line for each entry. */
  constructor(root: number, nodes: number) {
    this.root = root;
    this.nodes = nodes;
  }

  /** First word of an entry's node. */
  node(entry: number): number {
    return this.nodes + (entry - 1) * lineWords;
  }

  start(memory: Memory, entry: number): number {
    return memory.get(this.node(entry) + first);
  }

  end(memory: Memory, entry: number): number {
    return memory.get(this.node(entry) + end);
  }

  /** Adds [start, stop) as that entry, which is not in the tree. */
  insert(memory: Memory, entry: number, start: number, stop: number): void {
    const node = this.node(entry);
    memory.set(node + first, start);
    memory.set(node + end, stop);
    memory.set(node + left, 0);
    memory.set(node + right, 0);
    memory.set(node + greatest, stop);
    memory.set(this.root, this.put(memory, memory.get(this.root), entry));
  }

  /** Takes out an entry that is in the tree. */
  remove(memory: Memory, entry: number): void {
    memory.set(this.root, this.without(memory, memory.get(this.root), entry));
  }

  /** The first entry behind `after` (0: of all) that overlaps [start, stop), or 0. Logarithmic for each that does. */
  overlap(memory: Memory, start: number, stop: number, after: number): number {
    return this.find(memory, memory.get(this.root), start, stop, after);
  }

  private find(memory: Memory, top: number, start: number, stop: number, after: number): number {
    if (top === 0) return 0;
    const node = this.node(top);
    if (memory.get(node + greatest) <= start) return 0;
    if (after === 0 || this.precedes(memory, after, top)) {
      const found = this.find(memory, memory.get(node + left), start, stop, after);
      if (found !== 0) return found;
      if (memory.get(node + first) >= stop) return 0;
      if (memory.get(node + end) > start) return top;
    }
    return this.find(memory, memory.get(node + right), start, stop, after);
  }

  /** The subtree with the entry put in. */
  private put(memory: Memory, top: number, entry: number): number {
    if (top === 0) return entry;
    const side = this.precedes(memory, entry, top) ? left : right;
    const link = this.node(top) + side;
    const child = this.put(memory, memory.get(link), entry);
    memory.set(link, child);
    if (priority(child) <= priority(top)) return this.update(memory, top);
    // The child goes on top, and what it has on the inner side under the one it replaces.
    const inner = this.node(child) + (side === left ? right : left);
    memory.set(link, memory.get(inner));
    memory.set(inner, this.update(memory, top));
    return this.update(memory, child);
  }

  /** The subtree with the entry, which is in it, taken out. */
  private without(memory: Memory, top: number, entry: number): number {
    const node = this.node(top);
    if (top === entry) {
      return this.join(memory, memory.get(node + left), memory.get(node + right));
    }
    const link = node + (this.precedes(memory, entry, top) ? left : right);
    memory.set(link, this.without(memory, memory.get(link), entry));
    return this.update(memory, top);
  }

  /** One tree of two, all of the first before all of the second. */
  private join(memory: Memory, before: number, behind: number): number {
    if (before === 0) return behind;
    if (behind === 0) return before;
    if (priority(before) > priority(behind)) {
      const link = this.node(before) + right;
      memory.set(link, this.join(memory, memory.get(link), behind));
      return this.update(memory, before);
    }
    const link = this.node(behind) + left;
    memory.set(link, this.join(memory, before, memory.get(link)));
    return this.update(memory, behind);
  }

  private precedes(memory: Memory, entry: number, other: number): boolean {
    const start = memory.get(this.node(entry) + first);
    const otherStart = memory.get(this.node(other) + first);
    return start < otherStart || (start === otherStart && entry < other);
  }

  /** Sets what a node knows of its subtree, and gives it. */
  private update(memory: Memory, top: number): number {
    const node = this.node(top);
    const ends = Math.max(
      memory.get(node + end),
      this.greatestOf(memory, memory.get(node + left)),
      this.greatestOf(memory, memory.get(node + right)),
    );
    memory.set(node + greatest, ends);
    return top;
  }

  private greatestOf(memory: Memory, top: number): number {
    return top === 0 ? 0 : memory.get(this.node(top) + greatest);
  }
}

/** Fibonacci hashing (Knuth, The Art of Computer Programming, vol. 3, section 6.4); differs for every entry. */
const priority = (entry: number): number => Math.imul(entry, 0x9e37_79b1);
