import type { Counters, Events } from '../machine/counters.js';
import type { LockClass } from '../machine/lock-class.js';
import type { SparseHistogram } from '../measure/sparse-histogram.js';

/** One measured window of one strategy: what every engine gives back. Plain data. */
export interface Trial {
  readonly strategy: string;
  /** Block, from 1. */
  readonly block: number;
  /** Position of the strategy within its block, from 0. */
  readonly position: number;
  /** Length of the window as it was, in seconds. */
  readonly seconds: number;
  /** The warm-up did not become steady before its cap. */
  readonly unsteady: boolean;
  /** Length of the warm-up as it was, in seconds. */
  readonly warmupSeconds: number;
  /** All threads' finished operations in each slice of the window: of 50 ms on threads, of a twentieth of it simulated. */
  readonly slices: readonly number[];
  readonly rows: readonly TrialRow[];
  /** Sums over threads, of the classes that were acquired at all. */
  readonly counters: Readonly<Partial<Record<LockClass, Counters>>>;
  readonly events: Events;
  /** Broken invariants and exclusion faults, each as a sentence; empty if correct. */
  readonly faults: readonly string[];
  /** CPU time of all workers in the window, s, and context switches; absent where the system does not tell. */
  readonly cpuSeconds?: number;
  readonly voluntarySwitches?: number;
  readonly involuntarySwitches?: number;
  /**
   * Share of the window for which one thread at least was ready and was given no CPU: that of the thread that stood
   * in a run queue longest; absent where the system does not tell.
   */
  readonly queuedShare?: number;
  /** Where the threads' time went, by role, and how long CPUs idled, ns; only an engine with virtual time knows, and counts steps. */
  readonly spent?: readonly SpentTime[];
  readonly idleNs?: number;
  /** Steps that the threads took, from the start of the warm-up to their ends. */
  readonly steps?: number;
}

/** Where the time of one role's threads went in the window, ns; all of it adds up to threads × window. */
export interface SpentTime {
  readonly role: string;
  /** By what it was spent on, but for waiting for locks; what is 0 is left out. */
  readonly ns: Readonly<Record<string, number>>;
  /** Waiting for locks, by class (`none`: for a lock that is no strategy's). */
  readonly waits: readonly LockWait[];
}

export interface LockWait {
  readonly lockClass: LockClass | 'none';
  readonly spinning: number;
  readonly asleep: number;
  /** Woken, and not running yet. */
  readonly waking: number;
}

/** No thread finished an operation in the window. */
export const finishedNothing = ({ rows }: Pick<Trial, 'rows'>): boolean =>
  rows.every(({ counts }) => counts.every((count) => count === 0));

/**
 * Nothing was finished, and for most of the window a thread was given no CPU: if it held a lock, nobody else could
 * have it. Such a trial says nothing of its strategy, neither that it is slow nor that it stood still.
 */
export const lackedCpu = (trial: Pick<Trial, 'rows' | 'queuedShare'>): boolean =>
  finishedNothing(trial) && (trial.queuedShare ?? 0) > 0.5;

/** What one role did of one operation. */
export interface TrialRow {
  readonly role: string;
  readonly op: string;
  /** Operations that began and ended inside the window, of each thread of the role. */
  readonly counts: readonly number[];
  /** One operation in `gap` is timed, at random; 1: all. */
  readonly gap: number;
  /** Latency of the timed operations, ns. */
  readonly latency: SparseHistogram;
  /** Time waiting for locks within an operation, ns; of every operation that waited at all. */
  readonly wait: SparseHistogram;
  /** Longest stretch in which a timed operation held one lock, ns. */
  readonly hold: SparseHistogram;
  /** Longest latency seen, timed or not, with the age of an operation in flight at the close; ns. */
  readonly maxNs: number;
  /** 1 if `maxNs` or `waitMaxNs` is the age of an operation still in flight at the close. */
  readonly maxIsAge: boolean;
  readonly waitMaxNs: number;
  readonly holdMaxNs: number;
  /** First operation of each thread in this trial, ns: 2 to 10 times the rest, so reported apart. */
  readonly firstNs: readonly number[];
  /** Longest time in which one thread finished none of the role's operations, window edges included, ns. */
  readonly starvationNs: number;
}
