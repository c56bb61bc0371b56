import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition, ReadWriteLock } from './definition.js';
import { WaitList, waitListWords } from './wait-list.js';

/** Lines of the lock before its list: the state, the block, the word that a writer waits on. */
const block = lineWords;
/** A word that always holds 0 and that nobody wakes. */
const quiet = lineWords + 1;
const waiting = 2 * lineWords;
const listAt = 3 * lineWords;

/** In the state, while it is positive: the grace period of the first writer is over. Writers inside count 2 each. */
const passed = 1;
const oneWriter = 2;

/** The state while it is negative: the time, in these units, until which the last writer keeps readers slow; ns. */
const unitNs = 2 ** 16;

/** Kinds of waiters. */
const waitsToRead = 1;
const waitsToWrite = 2;

/** A grace period of RCU, ns: the low end of what is usual (facts of `synchronize_rcu`, 5 to 30 ms). */
const usualGraceNs = 5_000_000;

/**
 * Per-CPU reader/writer semaphore, in the form since 5.6: each thread counts its own read sections in a line of
 * its own, so readers share nothing that changes. The first writer makes them look whether one is about to
 * write, waits for a grace period, blocks them, and waits until their counts add up to 0. After the last
 * writer readers stay slow for another grace period, so that writers in a row wait for one only.
 *
 * In the kernel the grace period is what makes plain counting safe. Here a reader's count is a sequentially
 * consistent store followed by a look at the state, and a writer changes the state and then looks at the
 * counts, so neither can miss the other; the grace period is waited for only because it is what writers pay.
 */
export class PercpuRwsem implements ReadWriteLock {
  private readonly state: number;
  private readonly list: WaitList;
  private readonly counts: number;
  private readonly threads: number;
  private readonly graceNs: number;

  constructor(base: number, threads: number, graceNs = usualGraceNs) {
    this.state = base;
    this.list = new WaitList(base + listAt);
    this.counts = base + listAt + waitListWords(threads);
    this.threads = threads;
    this.graceNs = graceNs;
  }

  *readLock(cpu: Cpu): Steps {
    yield this.count(cpu, cpu.id, 1);
    const state = yield cpu.load(this.state);
    if (state !== 0) yield this.readSlow(cpu, state);
  }

  *readUnlock(cpu: Cpu): Steps {
    yield this.count(cpu, cpu.id, -1);
    if (yield cpu.load(this.state)) yield this.tellWriter(cpu);
  }

  *tryReadLock(cpu: Cpu): Steps<number> {
    return yield this.tryFor(cpu, cpu.id);
  }

  *writeLock(cpu: Cpu): Steps {
    yield this.slowReaders(cpu);
    if ((yield cpu.swap(this.state + block, 1)) !== 0) yield this.queueToWrite(cpu);
    if ((yield this.readers(cpu)) !== 0) yield this.awaitReaders(cpu);
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield cpu.store(this.state + block, 0);
    yield this.list.lock(cpu);
    yield this.letIn(cpu);
    yield this.list.unlock(cpu);
    yield this.hurryReaders(cpu);
  }

  private *readSlow(cpu: Cpu, state: number): Steps {
    if (state < 0 && (yield cpu.past(-state * unitNs))) yield cpu.cas(this.state, state, 0);
    if ((yield cpu.load(this.state + block)) === 0) return;
    yield this.count(cpu, cpu.id, -1);
    yield this.tellWriter(cpu);
    yield this.list.lock(cpu);
    const taken = yield this.tryFor(cpu, cpu.id);
    if (taken === 0) yield this.list.append(cpu, waitsToRead);
    yield this.list.unlock(cpu);
    if (taken === 0) yield this.list.sleepUntilAwake(cpu);
  }

  private *queueToWrite(cpu: Cpu): Steps {
    yield this.list.lock(cpu);
    const held = yield cpu.swap(this.state + block, 1);
    if (held !== 0) yield this.list.append(cpu, waitsToWrite);
    yield this.list.unlock(cpu);
    if (held !== 0) yield this.list.sleepUntilAwake(cpu);
  }

  /** 1 if that thread, the caller or one that sleeps in the list, now reads. */
  private *tryFor(cpu: Cpu, thread: number): Steps<number> {
    yield this.count(cpu, thread, 1);
    if ((yield cpu.load(this.state + block)) === 0) return 1;
    yield this.count(cpu, thread, -1);
    yield this.tellWriter(cpu);
    return 0;
  }

  /** Gives the lock to those who sleep, in order: to readers, up to and including the first writer. List locked. */
  private *letIn(cpu: Cpu): Steps {
    let entry = yield this.list.head(cpu);
    while (entry !== 0) {
      const writes = (yield this.list.kind(cpu, entry)) === waitsToWrite;
      if (writes) {
        if ((yield cpu.swap(this.state + block, 1)) !== 0) return;
        cpu.count.handoffs++;
      } else if ((yield this.tryFor(cpu, entry - 1)) === 0) {
        return;
      }
      const after = yield this.list.next(cpu, entry);
      yield this.list.remove(cpu, entry);
      yield this.list.rouse(cpu, entry);
      if (writes) return;
      entry = after;
    }
  }

  /** Waits until no thread reads. The block is the caller's. */
  private *awaitReaders(cpu: Cpu): Steps {
    for (;;) {
      // Before the counts are added up: a reader who leaves after that finds it and wakes this writer.
      yield cpu.store(this.state + waiting, 1);
      if ((yield this.readers(cpu)) === 0) break;
      cpu.count.sleeps++;
      yield cpu.park(this.state + waiting, 1);
    }
    yield cpu.store(this.state + waiting, 0);
  }

  /** A writer comes: readers are slow from now on. The first one waits for a grace period, and so do those who come during it. */
  private *slowReaders(cpu: Cpu): Steps {
    let state = yield cpu.load(this.state);
    for (;;) {
      const next = state < 0 ? oneWriter | passed : state + oneWriter;
      const found = yield cpu.cas(this.state, state, next);
      if (found === state) break;
      state = found;
    }
    if (state === 0) {
      const untilNs = (yield cpu.now()) + this.graceNs;
      cpu.count.sleeps++;
      while ((yield cpu.past(untilNs)) === 0) {
        yield cpu.park(this.state + quiet, 0, this.graceNs);
      }
      yield cpu.or(this.state, passed);
      yield cpu.wake(this.state, this.threads);
      return;
    }
    let now = yield cpu.load(this.state);
    while ((now & passed) === 0) {
      cpu.count.sleeps++;
      yield cpu.park(this.state, now);
      now = yield cpu.load(this.state);
    }
  }

  /** A writer goes: after the last one readers are slow for another grace period. */
  private *hurryReaders(cpu: Cpu): Steps {
    let state = yield cpu.load(this.state);
    for (;;) {
      let next = state - oneWriter;
      if (next === passed) next = -Math.ceil(((yield cpu.now()) + this.graceNs) / unitNs);
      const found = yield cpu.cas(this.state, state, next);
      if (found === state) return;
      state = found;
    }
  }

  /** Changes a thread's count of read sections; nobody else does so meanwhile. */
  private *count(cpu: Cpu, thread: number, change: number): Steps {
    const word = this.counts + thread * lineWords;
    yield cpu.store(word, (yield cpu.get(word)) + change);
  }

  private *readers(cpu: Cpu): Steps<number> {
    let sum = 0;
    for (let thread = 0; thread < this.threads; thread++) {
      sum += yield cpu.load(this.counts + thread * lineWords);
    }
    return sum;
  }

  /** A reader has left, for which a writer may wait. */
  private *tellWriter(cpu: Cpu): Steps {
    const word = this.state + waiting;
    if ((yield cpu.load(word)) === 0) return;
    yield cpu.store(word, 0);
    yield cpu.wake(word, 1);
  }
}

const countsAt = (threads: number): number => listAt + waitListWords(threads);

/** The lock with that grace period, ns. */
export const percpuRwsemOf = (graceNs: number): ReadWriteDefinition => ({
  name: 'percpu-rwsem',
  kind: 'rw',
  about: `reader/writer semaphore with a count for each thread: readers share nothing, the first writer waits ${graceNs / 1e6} ms`,
  since: '5.6; before that over an rwsem',
  source: 'kernel/locking/percpu-rwsem.c and kernel/rcu/sync.c, Linux 6.1',
  sleeps: true,
  spins: false,
  fair: false,
  words: (threads) => countsAt(threads) + threads * lineWords,
  idle: (threads) => [
    [block, 0],
    [waiting, 0],
    ...WaitList.idle(listAt),
    ...Array.from(
      { length: threads },
      (_, thread) => [countsAt(threads) + thread * lineWords, 0] as const,
    ),
  ],
  create: (base, threads) => new PercpuRwsem(base, threads, graceNs),
});

export const percpuRwsem = percpuRwsemOf(usualGraceNs);
