import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';

/** Words of the line that holds the guard and both ends of the list. */
const first = 1;
const last = 2;

/** Words of a waiter's node. */
const next = 0;
const previous = 1;
const kind = 2;
const state = 3;
/** The rest of the line is the lock's own. */
const own = 4;

/** What a waiter's state word holds: it is to sleep, or it was told to go on. */
const asleep = 1;
const awake = 0;

/** Words that a list takes. */
export const waitListWords = (threads: number): number => lineWords * (1 + threads);

/**
 * The sleeping locks' queue: a spinlock (the kernel's wait_lock) and the FIFO list it guards, with one
 * node for each thread in the lock's own words. An entry is a thread's id + 1; 0 is none.
 *
 * No wake-up is lost: a waiter writes `asleep` into its state word before it looks at the lock for the
 * last time, a releaser writes `awake` after it has released, and `park` sleeps only while the word still
 * holds `asleep`. A wake-up without reason only makes the waiter look again.
 */
export class WaitList {
  private readonly guard: number;
  private readonly nodes: number;

  constructor(base: number) {
    this.guard = base;
    this.nodes = base + lineWords;
  }

  *lock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    yield cpu.acquire(this.guard, 0, cpu.id + 1);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if ((yield cpu.cas(this.guard, 0, cpu.id + 1)) === 0) return 1;
    yield cpu.preemption(1);
    return 0;
  }

  *unlock(cpu: Cpu): Steps {
    yield cpu.store(this.guard, 0);
    yield cpu.preemption(1);
  }

  /** The entry at the head. A guess unless the list is locked. */
  *head(cpu: Cpu): Steps<number> {
    return yield cpu.load(this.guard + first);
  }

  /** Appends the caller, asleep; gives the entry that was last before, 0 if the list was empty. List locked. */
  *append(cpu: Cpu, ofKind: number): Steps<number> {
    const node = this.node(cpu.id + 1);
    const before = yield cpu.get(this.guard + last);
    yield cpu.set(node + next, 0);
    yield cpu.set(node + previous, before);
    yield cpu.set(node + kind, ofKind);
    yield cpu.store(node + state, asleep);
    yield before === 0
      ? cpu.set(this.guard + first, cpu.id + 1)
      : cpu.set(this.node(before) + next, cpu.id + 1);
    yield cpu.set(this.guard + last, cpu.id + 1);
    return before;
  }

  /** Takes an entry out; 1 if the list is now empty. List locked. */
  *remove(cpu: Cpu, entry: number): Steps<number> {
    const node = this.node(entry);
    const before = yield cpu.get(node + previous);
    const after = yield cpu.get(node + next);
    yield before === 0
      ? cpu.set(this.guard + first, after)
      : cpu.set(this.node(before) + next, after);
    yield after === 0
      ? cpu.set(this.guard + last, before)
      : cpu.set(this.node(after) + previous, before);
    return before === 0 && after === 0 ? 1 : 0;
  }

  /** The entry behind this one, or 0. List locked. */
  *next(cpu: Cpu, entry: number): Steps<number> {
    return yield cpu.get(this.node(entry) + next);
  }

  /** Puts an entry that was taken out before another such entry, or at the end (0) of a chain of them. */
  *chain(cpu: Cpu, entry: number, after: number): Steps {
    yield cpu.set(this.node(entry) + next, after);
  }

  /** First of twelve words in an entry's node that the lock may use as it likes. */
  note(entry: number): number {
    return this.node(entry) + own;
  }

  *kind(cpu: Cpu, entry: number): Steps<number> {
    return yield cpu.get(this.node(entry) + kind);
  }

  /** Makes the caller's next `sleep` a sleep. Before its last look at the lock. */
  *prepare(cpu: Cpu): Steps {
    yield cpu.store(this.node(cpu.id + 1) + state, asleep);
  }

  /** Sleeps once, unless told to go on since `prepare` or `append`; may be woken for no reason. */
  *sleep(cpu: Cpu): Steps {
    cpu.count.sleeps++;
    yield cpu.park(this.node(cpu.id + 1) + state, asleep);
  }

  /** Sleeps until told to go on. */
  *sleepUntilAwake(cpu: Cpu): Steps {
    while ((yield cpu.load(this.node(cpu.id + 1) + state)) === asleep) yield this.sleep(cpu);
  }

  /** Tells a waiter to go on. List locked, so that it is still this waiter who sleeps there. */
  *rouse(cpu: Cpu, entry: number): Steps {
    yield this.mark(cpu, entry);
    yield this.wake(cpu, entry);
  }

  /** The first half of `rouse`: the waiter will not fall asleep any more. List locked. */
  *mark(cpu: Cpu, entry: number): Steps {
    yield cpu.store(this.node(entry) + state, awake);
  }

  /** The second half: wakes it if it sleeps. The list need not be locked. */
  *wake(cpu: Cpu, entry: number): Steps {
    yield cpu.wake(this.node(entry) + state, 1);
  }

  /** Words that are 0 while nobody waits, relative to the list's base. */
  static idle(base: number): ReadonlyArray<readonly [offset: number, value: number]> {
    return [
      [base, 0],
      [base + first, 0],
      [base + last, 0],
    ];
  }

  private node(entry: number): number {
    return this.nodes + (entry - 1) * lineWords;
  }
}
