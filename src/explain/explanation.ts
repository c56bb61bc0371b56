import type { LockClass } from '../machine/lock-class.js';

/** Where the time of an operation went, under each strategy of each workload. Computed from a saved result alone. */
export interface Explanation {
  readonly workloads: readonly WorkloadExplanation[];
}

/** One role of one workload. */
export interface WorkloadExplanation {
  readonly workload: string;
  readonly engine: string;
  readonly threads: number;
  readonly machine: { readonly name: string; readonly cpus: number } | null;
  readonly reference: string;
  readonly role: string;
  readonly roleThreads: number;
  readonly otherRoles: readonly string[];
  /** What the time is divided by: `fault`, `round`, `operation`. */
  readonly operation: string;
  /** Blocks in which every strategy finished: the others do not count. */
  readonly blocks: number;
  readonly windowNs: number;
  /** By how much the parts of a block miss threads × window, at most; ns. */
  readonly differenceNs: number;
  readonly strategies: readonly StrategyExplanation[];
}

export interface StrategyExplanation {
  readonly strategy: string;
  /** Why it did not run; null if it did. */
  readonly reason: string | null;
  readonly isReference: boolean;
  /** null where it did not run. */
  readonly time: TimeOfOperation | null;
}

/** What the threads of a role did in all windows together. */
export interface TimeOfOperation {
  /** Operations that they finished. */
  readonly operations: number;
  /** Threads × window × blocks, ns: the sum of the parts. */
  readonly wholeNs: number;
  /** null where none was finished. */
  readonly perOperation: Spread | null;
  /** Share of the CPUs' time in which they idled; null where the engine does not tell. */
  readonly idleShare: number | null;
  readonly parts: readonly PartOfTime[];
}

/** ns an operation, over all operations of all blocks, and in the blocks with the least and the most of it. */
export interface Spread {
  readonly ns: number;
  readonly least: number;
  readonly most: number;
}

/** One thing that time can go to. */
export interface PartName {
  /** A kind of wait, or of `SpentTime.ns`. */
  readonly kind: string;
  /** Of a wait: for a lock of which class, `none` if it is no strategy's; else null. */
  readonly lockClass: LockClass | 'none' | null;
}

export interface PartOfTime extends PartName {
  /** In all blocks together. */
  readonly ns: number;
  /** Of the whole, 0 to 1. */
  readonly share: number;
  readonly perOperation: Spread | null;
}
