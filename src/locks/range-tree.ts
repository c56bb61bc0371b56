import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition, RangeLock } from './definition.js';
import { entryWords, IntervalTree } from './interval-tree.js';
import { TicketLock } from './ticket.js';

/** The tree's root, behind the words of the spinlock that guards it. */
const rootWord = 2;

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
  private readonly guard: TicketLock;
  private readonly root: number;
  private readonly tree: IntervalTree;

  constructor(base: number) {
    this.guard = new TicketLock(base);
    this.root = base + rootWord;
    this.tree = new IntervalTree(this.root, base + lineWords);
  }

  *acquire(cpu: Cpu, start: number, end: number, write: number): Steps<number> {
    const me = cpu.id + 1;
    const word = this.tree.node(me) + blocking;
    yield this.lock(cpu);
    let left = yield this.conflicts(cpu, start, end, write);
    // Nobody knows of this range before the guard is released.
    yield cpu.set(word, left);
    yield this.insert(cpu, start, end, write);
    yield this.unlock(cpu);
    while (left !== 0) {
      cpu.count.sleeps++;
      yield cpu.park(word, left);
      left = yield cpu.load(word);
    }
    return me;
  }

  *tryAcquire(cpu: Cpu, start: number, end: number, write: number): Steps<number> {
    yield this.lock(cpu);
    const conflicts = yield this.conflicts(cpu, start, end, write);
    if (conflicts === 0) yield this.insert(cpu, start, end, write);
    yield this.unlock(cpu);
    return conflicts === 0 ? cpu.id + 1 : 0;
  }

  *release(cpu: Cpu, handle: number): Steps {
    const { tree } = this;
    const start = tree.start(cpu.memory, handle);
    const end = tree.end(cpu.memory, handle);
    const write = cpu.memory.get(tree.node(handle) + writes);
    yield this.lock(cpu);
    yield cpu.write(this.root, 'interval_tree_change', 1);
    tree.remove(cpu.memory, handle);
    let other = 0;
    while ((other = yield this.next(cpu, start, end, other)) !== 0) {
      if (this.conflict(cpu.memory, other, write)) {
        const word = tree.node(other) + blocking;
        if ((yield cpu.add(word, -1)) === 1) yield cpu.wake(word, 1);
      }
    }
    yield this.unlock(cpu);
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

  /** The first range behind `after` that overlaps. Tree locked. */
  private *next(cpu: Cpu, start: number, end: number, after: number): Steps<number> {
    yield cpu.read(this.root, 'interval_tree_change', 1);
    return this.tree.overlap(cpu.memory, start, end, after);
  }

  /** Puts the caller's range in. Tree locked. */
  private *insert(cpu: Cpu, start: number, end: number, write: number): Steps {
    yield cpu.write(this.root, 'interval_tree_change', 1);
    this.tree.insert(cpu.memory, cpu.id + 1, start, end);
    cpu.memory.set(this.tree.node(cpu.id + 1) + writes, write);
  }

  private *lock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    yield this.guard.lock(cpu);
  }

  private *unlock(cpu: Cpu): Steps {
    yield this.guard.unlock(cpu);
    yield cpu.preemption(1);
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
  words: (threads) => lineWords * (1 + threads),
  idle: () => [[rootWord, 0]],
  create: (base) => new RangeTree(base),
};
