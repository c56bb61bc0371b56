import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';

/** Mutual exclusion. A lock object holds word indices and nothing that changes. */
export interface Mutex {
  lock(cpu: Cpu): Steps;
  unlock(cpu: Cpu): Steps;
  /** 1 if it took the lock, 0 if not; never waits. */
  tryLock?(cpu: Cpu): Steps<number>;
}

/** Many readers or one writer. */
export interface ReadWriteLock {
  readLock(cpu: Cpu): Steps;
  readUnlock(cpu: Cpu): Steps;
  writeLock(cpu: Cpu): Steps;
  writeUnlock(cpu: Cpu): Steps;
  /** Turns a held write lock into a read lock with no writer in between. */
  downgrade?(cpu: Cpu): Steps;
  tryReadLock?(cpu: Cpu): Steps<number>;
  tryWriteLock?(cpu: Cpu): Steps<number>;
}

/**
 * Excludes overlapping ranges; `write` 0 lets readers of one range share it. A thread holds one range of a
 * lock at a time.
 */
export interface RangeLock {
  /** Locks [start, end), both from 0 to 2^31 - 1, and gives a handle for `release`, which is not 0. */
  acquire(cpu: Cpu, start: number, end: number, write: number): Steps<number>;
  release(cpu: Cpu, handle: number): Steps;
  /** A handle if it took the range, 0 if not; never waits. */
  tryAcquire?(cpu: Cpu, start: number, end: number, write: number): Steps<number>;
}

/**
 * Tells those who read without a lock whether what they read was whole. Keeps nobody out: its writers exclude
 * each other by a lock of their own.
 */
export interface SequenceCount {
  /** Waits until no write is in progress, and gives the sequence for `readRetry`. */
  readBegin(cpu: Cpu): Steps<number>;
  /** 1 if what was read since may be torn. */
  readRetry(cpu: Cpu, sequence: number): Steps<number>;
  writeBegin(cpu: Cpu): Steps;
  writeEnd(cpu: Cpu): Steps;
  /** As `readBegin`, but never waits: odd if a write is in progress. */
  tryReadBegin?(cpu: Cpu): Steps<number>;
}

interface Definition<Kind extends string, Lock> {
  readonly name: string;
  readonly kind: Kind;
  /** One line for `mmlock list locks`. */
  readonly about?: string;
  /** Kernel version or year in which it appeared. */
  readonly since?: string;
  /** Where the algorithm is described: kernel file and version, or paper. */
  readonly source?: string;
  /** May its holder sleep? */
  readonly sleeps: boolean;
  /** Do its waiters spin, at least at first? */
  readonly spins?: boolean;
  /**
   * No waiter is passed twice by the same thread: one that came after the other had begun to wait, and gets
   * the lock first though the two exclude each other. Checked, not believed.
   */
  readonly fair: boolean;
  /** 32-bit words it takes, given the number of threads. */
  readonly words: (threads: number) => number;
  /** Words that do not start at zero. */
  readonly initial?: (threads: number) => ReadonlyArray<readonly [offset: number, value: number]>;
  /** Words that hold these values whenever nobody holds or waits for the lock: checked after every trial. */
  readonly idle?: (threads: number) => ReadonlyArray<readonly [offset: number, value: number]>;
  /** `base` is aligned to a cache line (16 words). */
  readonly create: (base: number, threads: number) => Lock;
  /**
   * What `mmlock verify` explores in place of `create`: the same lock with smaller constants (turns of a spin
   * loop, entries of a table), of which the usual ones make too many interleavings.
   */
  readonly createToVerify?: (base: number, threads: number) => Lock;
}

export type MutexDefinition = Definition<'mutex', Mutex>;
export type ReadWriteDefinition = Definition<'rw', ReadWriteLock>;
export type RangeDefinition = Definition<'range', RangeLock>;
export type SequenceDefinition = Definition<'sequence', SequenceCount>;

/** A lock that can stand over a whole address space or reverse map. */
export type SimpleLockDefinition = MutexDefinition | ReadWriteDefinition;

/** A lock as built-in code and a user's file define it. */
export type LockDefinition = SimpleLockDefinition | RangeDefinition | SequenceDefinition;

export type AnyLock = Mutex | ReadWriteLock | RangeLock | SequenceCount;
