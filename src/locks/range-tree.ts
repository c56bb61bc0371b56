import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, RangeDefinition, RangeLock } from './definition.js';
import { entryWords, IntervalTree } from './interval-tree.js';
import { McsLock, mcsWords } from './mcs.js';
import { TicketSpinlock } from './ticket.js';

/** The tree's root, in the line of the spinlock that guards it, and how many ranges it has. */
const rootWord = 2;
const sizeWord = 3;

/**
 * What `interval_tree_change` is the cost of: two walks through the eight levels of a tree of some hundreds of mappings.
 * A tree of ranges has one for each thread inside or waiting, so its walks are shorter.
 */
const levelsOfCost = 16;

/** In a range's node: it excludes readers too. */
const writes = entryWords;
/** How many ranges that were there before must go first; it sleeps on this word. */
const blocking = entryWords + 1;

/**
 * Range lock over an interval tree (Kara 2013, with Bueso's readers of 2017): a range goes into the tree at
 * once and counts the ranges it has to wait for, held or waiting; each of these counts it down as it leaves.
 * So it is FIFO among ranges that overlap, and a waiter between two others makes the later one wait for
 * what the first holds. One spinlock guards the tree, and is FIFO itself, or threads would pass each other
 * on their way into it. No stealing, no spinning.
 *
 * Whoever leaves holds its range, so all that conflicts with it came later and has counted it: no sequence
 * numbers are needed, as nobody leaves while it waits.
 */
export class RangeTree implements RangeLock {
  private readonly guard: Mutex;
  private readonly root: number;
  private readonly size: number;
  private readonly tree: IntervalTree;

  /** `guard` takes the first words of the first line and, up to `nodes`, those behind it. */
  constructor(base: number, guard: Mutex, nodes: number) {
    this.guard = guard;
    this.root = base + rootWord;
    this.size = base + sizeWord;
    this.tree = new IntervalTree(this.root, nodes);
  }

  *acquire(cpu: Cpu, start: number, end: number, write: number): Steps<number> {
    const me = cpu.id + 1;
    const word = this.tree.node(me) + blocking;
    yield this.guard.lock(cpu);
    let left = yield this.conflicts(cpu, start, end, write);
    // Nobody knows of this range before the guard is released.
    yield cpu.set(word, left);
    yield this.insert(cpu, start, end, write);
    yield this.guard.unlock(cpu);
    while (left !== 0) {
      cpu.count.sleeps++;
      yield cpu.park(word, left);
      left = yield cpu.load(word);
    }
    return me;
  }

  *tryAcquire(cpu: Cpu, start: number, end: number, write: number): Steps<number> {
    yield this.guard.lock(cpu);
    const conflicts = yield this.conflicts(cpu, start, end, write);
    if (conflicts === 0) yield this.insert(cpu, start, end, write);
    yield this.guard.unlock(cpu);
    return conflicts === 0 ? cpu.id + 1 : 0;
  }

  *release(cpu: Cpu, handle: number): Steps {
    const { tree } = this;
    const start = tree.start(cpu.memory, handle);
    const end = tree.end(cpu.memory, handle);
    const write = cpu.memory.get(tree.node(handle) + writes);
    yield this.guard.lock(cpu);
    yield this.change(cpu, -1);
    tree.remove(cpu.memory, handle);
    let other = 0;
    while ((other = yield this.next(cpu, start, end, other)) !== 0) {
      if (this.conflict(cpu.memory, other, write)) {
        const word = tree.node(other) + blocking;
        if ((yield cpu.add(word, -1)) === 1) yield cpu.wake(word, 1);
      }
    }
    yield this.guard.unlock(cpu);
  }

  /** How many ranges, held or waiting, a new one has to wait for. Tree locked. */
  private *conflicts(cpu: Cpu, start: number, end: number, write: number): Steps<number> {
    let count = 0;
    let other = 0;
    while ((other = yield this.next(cpu, start, end, other)) !== 0) {
      if (this.conflict(cpu.memory, other, write)) count++;
    }
    return count;
  }

  /** The first range behind `after` (0: of all, which takes a walk from the root) that overlaps. Tree locked. */
  private *next(cpu: Cpu, start: number, end: number, after: number): Steps<number> {
    const levels = after === 0 ? this.levels(cpu.memory) : 1;
    yield cpu.read(this.root, 'interval_tree_change', levels / levelsOfCost);
    return this.tree.overlap(cpu.memory, start, end, after);
  }

  /** Puts the caller's range in. Tree locked. */
  private *insert(cpu: Cpu, start: number, end: number, write: number): Steps {
    yield this.change(cpu, 1);
    this.tree.insert(cpu.memory, cpu.id + 1, start, end);
    cpu.memory.set(this.tree.node(cpu.id + 1) + writes, write);
  }

  /** Before a range is put in (1) or taken out (-1), which is a walk down and one up. Tree locked. */
  private *change(cpu: Cpu, by: 1 | -1): Steps {
    yield cpu.write(
      this.root,
      'interval_tree_change',
      (2 * this.levels(cpu.memory)) / levelsOfCost,
    );
    cpu.memory.set(this.size, cpu.memory.get(this.size) + by);
  }

  /** Nodes on a way through a balanced tree of this size, the root's link counted as one. Tree locked. */
  private levels(memory: Memory): number {
    return 33 - Math.clz32(memory.get(this.size));
  }

  private conflict(memory: Memory, other: number, write: number): boolean {
    return write !== 0 || memory.get(this.tree.node(other) + writes) !== 0;
  }
}

export const rangeTree: RangeDefinition = {
  name: 'range-tree',
  kind: 'range',
  about: 'range lock over an interval tree under a spinlock; FIFO among ranges that overlap',
  since: 'proposed 2013 (exclusive) and 2017 (with readers)',
  source:
    'J. Kara, "lib: Implement range locks", 2013; D. Bueso, "locking: Introduce range reader/writer lock", 2017',
  sleeps: true,
  spins: false,
  fair: true,
  words: (threads) => mcsWords(threads) + lineWords * threads,
  idle: () => [
    [rootWord, 0],
    [sizeWord, 0],
  ],
  create: (base, threads) => new RangeTree(base, new McsLock(base), base + mcsWords(threads)),
  // With a guard of fewer steps, which is as fair: the MCS lock is explored by itself.
  createToVerify: (base) => new RangeTree(base, new TicketSpinlock(base), base + lineWords),
};
