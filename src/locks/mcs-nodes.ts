import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';

/** Words of a node: the entry behind it, and what the one before it granted, 0 until then. */
const next = 0;
const granted = 1;

/** The first word of a node that is for the lock's own use. */
export const spareWord = 2;

/** Words that the nodes take. */
export const mcsNodesWords = (threads: number): number => lineWords * threads;

/**
 * The nodes of an MCS queue, one a thread: each waiter spins on a line of its own until the one before it
 * passes the lock on. Where the queue ends is known to the lock. An entry is a thread's id + 1; 0 is none.
 */
export class McsNodes {
  private readonly base: number;

  constructor(base: number) {
    this.base = base;
  }

  /** First word of an entry's node. */
  node(entry: number): number {
    return this.base + (entry - 1) * lineWords;
  }

  /** The word in which an entry finds what stands behind it. */
  next(entry: number): number {
    return this.node(entry) + next;
  }

  /** The word in which an entry is told that it is its turn. */
  granted(entry: number): number {
    return this.node(entry) + granted;
  }

  /** Makes the caller's node ready to stand at the end of the queue. */
  *prepare(cpu: Cpu): Steps {
    yield cpu.set(this.next(cpu.id + 1), 0);
    yield cpu.set(this.granted(cpu.id + 1), 0);
  }

  /** Tells the entry before the caller who stands behind it. */
  *link(cpu: Cpu, before: number): Steps {
    yield cpu.store(this.next(before), cpu.id + 1);
  }

  /** Spins until the entry before grants something. */
  *awaitGrant(cpu: Cpu): Steps {
    const word = this.granted(cpu.id + 1);
    while ((yield cpu.load(word)) === 0) yield cpu.awaitChange(word, 0);
  }

  /** The entry behind the caller, once it has linked itself. Only if there is one: the queue ends elsewhere. */
  *awaitNext(cpu: Cpu): Steps<number> {
    const word = this.next(cpu.id + 1);
    let after = yield cpu.load(word);
    while (after === 0) after = yield cpu.awaitChange(word, 0);
    return after;
  }
}
