import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition, RangeLock } from './definition.js';

/** Words of a range's node. */
const first = 0;
const stop = 1;
/** The next node in the list, doubled; the low bit says that this range has been released. */
const next = 2;
const writes = 3;
/** Somebody sleeps until it is released. */
const sleepers = 4;
/** The next in the pool's chain that the node is in. */
const chain = 5;

/** Words of a thread's line. */
const epoch = 0;
/** How many nodes of the pool were ever used. */
const used = 1;
const free = 2;
const released = 3;

/** The mark on a link: the node it stands in is released. On the head: the only range, which nobody else has seen. */
const mark = 1;

/** Ranges a thread can release before it has to make sure that nobody looks at them any more. */
const usualPool = 32;

/** What a range is to another, for one that walks the list. */
const ahead = 0;
const behind = 1;
const conflicting = 2;

/**
 * Scalable range lock (Kogan, Dice and Issa, EuroSys 2020), the reader/writer form: a lock-free list of held
 * ranges, sorted by their start. To acquire is to insert a node where none that conflicts is in the way; to
 * release is to mark it, and whoever walks by next takes it out. A range that is alone is set into the head
 * and taken out again in one step each.
 *
 * Readers may overlap, so one of them can miss a writer that came in behind it. Therefore both look again
 * once they are in the list: a reader ahead, where it waits for writers; a writer from the head up to
 * itself, and if it meets a reader it releases its node and begins anew. Readers win, so writers can starve.
 * The paper's remedy, an auxiliary lock for the impatient, is optional there and left out.
 *
 * Nodes come from pools, one a thread. A thread that has used up its own takes what is released out of
 * the list, waits until each other thread has left the walk it is in (its epoch, odd while it walks, has
 * changed), and then has all its nodes again. Waiters spin while the holder runs, then sleep; the paper
 * leaves this open.
 */
export class RangeList implements RangeLock {
  private readonly head: number;
  private readonly lines: number;
  private readonly nodes: number;
  private readonly threads: number;
  private readonly pool: number;

  /** `pool`: nodes of each thread; it can hold fewer ranges than that at once. */
  constructor(base: number, threads: number, pool = usualPool) {
    this.head = base;
    this.lines = base + lineWords;
    this.nodes = base + lineWords * (1 + threads);
    this.threads = threads;
    this.pool = pool;
  }

  *acquire(cpu: Cpu, start: number, end: number, write: number): Steps<number> {
    for (;;) {
      const entry = yield this.allocate(cpu);
      const node = this.node(entry);
      yield cpu.set(node + first, start);
      yield cpu.set(node + stop, end);
      yield cpu.set(node + writes, write);
      yield cpu.set(node + next, 0);
      yield cpu.set(node + sleepers, 0);
      if ((yield cpu.cas(this.head, 0, (entry << 1) | mark)) === 0) return entry;
      yield this.enterWalk(cpu);
      yield this.insert(cpu, node, entry);
      const held = yield write !== 0
        ? this.isAlone(cpu, node, entry)
        : this.awaitWriters(cpu, node);
      yield this.leaveWalk(cpu);
      if (held !== 0) return entry;
      cpu.count.retries++;
      yield this.drop(cpu, entry);
    }
  }

  *release(cpu: Cpu, handle: number): Steps {
    const alone = (handle << 1) | mark;
    if ((yield cpu.load(this.head)) === alone && (yield cpu.cas(this.head, alone, 0)) === alone) {
      // Nobody has looked at the node, as that takes the mark off the head.
      yield this.put(cpu, handle, free);
    } else {
      yield this.drop(cpu, handle);
    }
  }

  /** Links the node in where no range that conflicts is in the way; waits for those that are. Walking. */
  private *insert(cpu: Cpu, node: number, entry: number): Steps {
    let link = this.head;
    for (;;) {
      const word = yield this.follow(cpu, link);
      if ((word & mark) !== 0) {
        // Its node is released: begin anew. On the head: from now on the only range is not alone any more.
        if (link === this.head) yield cpu.cas(link, word, word & ~mark);
        link = this.head;
        continue;
      }
      const other = this.node(word >>> 1);
      const side = word === 0 ? ahead : yield this.compare(cpu, node, other);
      if (side === behind) {
        link = other + next;
      } else if (side === conflicting) {
        yield this.awaitRelease(cpu, word >>> 1);
      } else {
        yield cpu.set(node + next, word);
        if ((yield cpu.cas(link, word, entry << 1)) === word) return;
      }
    }
  }

  /** On which side of the node at `other` the one at `node` belongs. */
  private *compare(cpu: Cpu, node: number, other: number): Steps<number> {
    const start = yield cpu.get(node + first);
    const otherStart = yield cpu.get(other + first);
    if ((yield cpu.get(other + stop)) <= start) return behind;
    if (otherStart >= (yield cpu.get(node + stop))) return ahead;
    if ((yield cpu.get(node + writes)) !== 0 || (yield cpu.get(other + writes)) !== 0) {
      return conflicting;
    }
    return otherStart <= start ? behind : ahead;
  }

  /** For a reader in the list: waits for the writers ahead that came in behind its back. Gives 1. Walking. */
  private *awaitWriters(cpu: Cpu, node: number): Steps<number> {
    const end = yield cpu.get(node + stop);
    let link = node + next;
    for (;;) {
      const word = yield this.follow(cpu, link);
      const other = this.node(word >>> 1);
      if ((word & mark) !== 0) link = node + next;
      else if (word === 0 || (yield cpu.get(other + first)) >= end) return 1;
      else if (yield cpu.get(other + writes)) yield this.awaitRelease(cpu, word >>> 1);
      else link = other + next;
    }
  }

  /** For a writer in the list: 1 if no reader that overlaps came in before it, behind its back. Walking. */
  private *isAlone(cpu: Cpu, node: number, entry: number): Steps<number> {
    const start = yield cpu.get(node + first);
    let link = this.head;
    for (;;) {
      const word = yield this.follow(cpu, link);
      const other = this.node(word >>> 1);
      if ((word & mark) !== 0) link = this.head;
      else if (word >>> 1 === entry) return 1;
      else if ((yield cpu.get(other + stop)) > start) return 0;
      else link = other + next;
    }
  }

  /** What a link holds once no released node is behind it. Marked: the link itself is in one. Walking. */
  private *follow(cpu: Cpu, link: number): Steps<number> {
    let word = yield cpu.load(link);
    while (word !== 0 && (word & mark) === 0) {
      const after = yield cpu.load(this.node(word >>> 1) + next);
      if ((after & mark) === 0) return word;
      const found = yield cpu.cas(link, word, after & ~mark);
      word = found === word ? after & ~mark : found;
    }
    return word;
  }

  /** Spins while the holder of that range runs, then sleeps, until it is released. Walking, so it is not used anew. */
  private *awaitRelease(cpu: Cpu, entry: number): Steps {
    const holder = Math.floor((entry - 1) / this.pool);
    const node = this.node(entry);
    cpu.count.spins++;
    let word = yield cpu.load(node + next);
    while ((word & mark) === 0) {
      if ((yield cpu.needsReschedule()) === 0 && (yield cpu.isRunning(holder)) !== 0) {
        word = yield cpu.awaitOwner(node + next, word, holder);
        continue;
      }
      // Before the last look: who marks the node after it sees that somebody sleeps.
      yield cpu.store(node + sleepers, 1);
      word = yield cpu.load(node + next);
      if ((word & mark) !== 0) return;
      cpu.count.sleeps++;
      yield cpu.park(node + next, word);
      word = yield cpu.load(node + next);
    }
  }

  /** Marks a node of the caller's as released. */
  private *drop(cpu: Cpu, entry: number): Steps {
    const node = this.node(entry);
    yield cpu.or(node + next, mark);
    if (yield cpu.load(node + sleepers)) yield cpu.wake(node + next, this.threads);
    yield this.put(cpu, entry, released);
  }

  private *allocate(cpu: Cpu): Steps<number> {
    const line = this.line(cpu.id);
    if ((yield cpu.get(line + free)) === 0) {
      const fresh = yield cpu.get(line + used);
      if (fresh < this.pool) {
        yield cpu.set(line + used, fresh + 1);
        return cpu.id * this.pool + fresh + 1;
      }
      yield this.reclaim(cpu);
    }
    const entry = yield cpu.get(line + free);
    yield cpu.set(line + free, yield cpu.get(this.node(entry) + chain));
    return entry;
  }

  /** Adds a node to one of the caller's chains, `free` or `released`. */
  private *put(cpu: Cpu, entry: number, to: number): Steps {
    const top = this.line(cpu.id) + to;
    yield cpu.set(this.node(entry) + chain, yield cpu.get(top));
    yield cpu.set(top, entry);
  }

  /** Makes the caller's released nodes free: once they are out of the list, and nobody can be looking at them. */
  private *reclaim(cpu: Cpu): Steps {
    yield this.enterWalk(cpu);
    yield this.purge(cpu);
    yield this.leaveWalk(cpu);
    for (let thread = 0; thread < this.threads; thread++) {
      const word = this.line(thread) + epoch;
      const seen = yield cpu.load(word);
      let now = seen;
      while ((seen & 1) !== 0 && now === seen) now = yield cpu.awaitChange(word, seen);
    }
    const line = this.line(cpu.id);
    yield cpu.set(line + free, yield cpu.get(line + released));
    yield cpu.set(line + released, 0);
  }

  /** Takes every released node out of the list. Walking. */
  private *purge(cpu: Cpu): Steps {
    let link = this.head;
    for (;;) {
      const word = yield this.follow(cpu, link);
      // A range alone in the head: there is no other node.
      if (word === 0 || (link === this.head && (word & mark) !== 0)) return;
      link = (word & mark) !== 0 ? this.head : this.node(word >>> 1) + next;
    }
  }

  private *enterWalk(cpu: Cpu): Steps {
    yield cpu.add(this.line(cpu.id) + epoch, 1);
  }

  private *leaveWalk(cpu: Cpu): Steps {
    yield cpu.add(this.line(cpu.id) + epoch, 1);
  }

  private line(thread: number): number {
    return this.lines + thread * lineWords;
  }

  private node(entry: number): number {
    return this.nodes + (entry - 1) * lineWords;
  }
}

export const rangeList: RangeDefinition = {
  name: 'range-list',
  kind: 'range',
  about: 'range lock over a lock-free sorted list; readers may overlap and win over writers',
  since: 'proposed 2020',
  source:
    'A. Kogan, D. Dice, S. Issa, "Scalable Range Locks for Scalable Address Spaces and Beyond", EuroSys 2020',
  sleeps: true,
  spins: true,
  fair: false,
  words: (threads) => lineWords * (1 + threads * (1 + usualPool)),
  idle: () => [],
  create: (base, threads) => new RangeList(base, threads),
  // So few nodes that they are used again.
  createToVerify: (base, threads) => new RangeList(base, threads, 2),
};
