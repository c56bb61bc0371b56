import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { MutexDefinition } from './definition.js';
import { mcsNodesWords, spareWord } from './mcs-nodes.js';
import { busy, locked, QueuedSpinlock, tailShift } from './qspinlock.js';

/** How long waiters may stand aside before all of them are let in first; ns. */
const thresholdNs = 1_000_000;
/** While nobody stands aside, one head in so many begins to put others aside. */
const splitOneIn = 128;

/** Word of a node: the socket its thread runs on. */
const socket = spareWord;

/**
 * Words of the line that belongs to the head of the queue, while somebody stands aside: the socket that is
 * preferred, and the time at which that ends, as ns in two halves of which the lower has 31 bits.
 */
const preferred = 0;
const limitHigh = 1;
const limitLow = 2;
const halfNs = 2 ** 31;

const headWords = 2 * lineWords;

/**
 * Compact NUMA-aware queued spinlock: a queued spinlock whose head, while it waits, puts waiters of other
 * sockets aside into a second queue, so that the lock goes round one socket. The second queue comes first
 * again when it has stood aside for a millisecond, or nobody of this socket waits any more.
 *
 * The second queue is a circle of nodes; its last entry + 1 is what the head was granted, 1 when it is
 * empty. Nodes of the kernel's patch also carry the preferred socket and the time from head to head; here
 * they stand in the lock. Priorities (interrupts, real-time threads) are not modelled.
 */
export class CompactNumaSpinlock extends QueuedSpinlock {
  private readonly head: number;
  private readonly thresholdNs: number;
  private readonly splitOneIn: number;

  constructor(base: number, threshold = thresholdNs, oneIn = splitOneIn) {
    super(base, base + headWords);
    this.head = base + lineWords;
    this.thresholdNs = threshold;
    this.splitOneIn = oneIn;
  }

  protected override *queue(cpu: Cpu): Steps {
    yield cpu.set(this.socket(cpu.id + 1), cpu.node);
    yield super.queue(cpu);
  }

  protected override *takeAsHead(cpu: Cpu): Steps {
    const me = cpu.id + 1;
    const passed = (yield this.aside(cpu)) !== 0;
    if (passed) cpu.count.steals++;
    const over = passed && (yield this.isOver(cpu)) !== 0;
    const sorts = !over && (passed || cpu.random.below(this.splitOneIn) === 0);
    let seen = yield cpu.load(this.word);
    while ((seen & busy) !== 0) {
      seen =
        sorts && (yield this.putAside(cpu)) !== 0
          ? yield cpu.load(this.word)
          : yield cpu.awaitChange(this.word, seen);
    }
    if (seen >>> tailShift === me && (yield this.leaveAlone(cpu, seen)) !== 0) return;
    yield cpu.or(this.word, locked);
    const after = yield this.nodes.awaitNext(cpu);
    const last = yield this.aside(cpu);
    if (!over) {
      yield cpu.store(this.nodes.granted(after), last + 1);
      return;
    }
    const first = yield cpu.get(this.nodes.next(last));
    yield cpu.store(this.nodes.next(last), after);
    yield this.passOn(cpu, first);
  }

  /** Puts the next waiter aside; 1 if it did. Not if it is of the preferred socket, nor if it is the last. */
  private *putAside(cpu: Cpu): Steps<number> {
    const { nodes } = this;
    const me = cpu.id + 1;
    const next = yield cpu.load(nodes.next(me));
    if (next === 0) return 0;
    const last = yield this.aside(cpu);
    const mine = last === 0 ? cpu.node : yield cpu.get(this.head + preferred);
    if ((yield cpu.get(this.socket(next))) === mine) return 0;
    // The last entry's link is where arrivals go, so it is not moved.
    const after = yield cpu.load(nodes.next(next));
    if (after === 0) return 0;
    yield cpu.set(nodes.next(me), after);
    if (last === 0) {
      yield cpu.set(nodes.next(next), next);
      yield this.begin(cpu);
    } else {
      yield cpu.set(nodes.next(next), yield cpu.get(nodes.next(last)));
      yield cpu.set(nodes.next(last), next);
    }
    yield cpu.set(nodes.granted(me), next + 1);
    return 1;
  }

  /** Takes the lock when nobody waits in the main queue; 1 if that was so. Who stands aside becomes the queue. */
  private *leaveAlone(cpu: Cpu, seen: number): Steps<number> {
    const last = yield this.aside(cpu);
    // Before arrivals can put themselves behind the last.
    const first = last === 0 ? 0 : yield cpu.get(this.nodes.next(last));
    const taken = (last << tailShift) | locked;
    if ((yield cpu.cas(this.word, seen, taken)) !== seen) return 0;
    if (last !== 0) {
      // Opens the circle, unless an arrival has done so.
      yield cpu.cas(this.nodes.next(last), first, 0);
      yield this.passOn(cpu, first);
    }
    return 1;
  }

  /** The last entry that stands aside, 0 if there is none. Only the head may ask. */
  private *aside(cpu: Cpu): Steps<number> {
    return Math.max(0, (yield cpu.get(this.nodes.granted(cpu.id + 1))) - 1);
  }

  /** From now on this socket is preferred, for a time. */
  private *begin(cpu: Cpu): Steps {
    const limitNs = Math.floor((yield cpu.now()) + this.thresholdNs);
    yield cpu.set(this.head + preferred, cpu.node);
    yield cpu.set(this.head + limitHigh, Math.floor(limitNs / halfNs));
    yield cpu.set(this.head + limitLow, limitNs % halfNs);
  }

  private *isOver(cpu: Cpu): Steps<number> {
    const high = yield cpu.get(this.head + limitHigh);
    return yield cpu.past(high * halfNs + (yield cpu.get(this.head + limitLow)));
  }

  private socket(entry: number): number {
    return this.nodes.node(entry) + socket;
  }
}

export const cna: MutexDefinition = {
  name: 'cna',
  kind: 'mutex',
  about: 'queued spinlock that stays on one socket for a while and lets the others wait aside',
  since: '2019',
  source:
    'Dice and Kogan, "Compact NUMA-aware Locks", EuroSys 2019; as queued spinlock in their patches to Linux 5.4, never merged',
  sleeps: false,
  spins: true,
  fair: false,
  words: (threads) => headWords + mcsNodesWords(threads),
  idle: () => [[0, 0]],
  create: (base) => new CompactNumaSpinlock(base),
  // Every head puts others aside.
  createToVerify: (base) => new CompactNumaSpinlock(base, thresholdNs, 1),
};
