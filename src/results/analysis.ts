import type { Counters, Events } from '../machine/counters.js';
import type { LockClass } from '../machine/lock-class.js';
import type { Claim } from '../workload/claim.js';
import type { EngineName } from './result.js';
import type { Note } from './notes.js';

/** A median over blocks, or a ratio, with its exact interval; bounds are null with too few blocks for one. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What must be shown beside a percentile. */
export type PercentileMark =
  /** At least 100 samples of each trial lie above it. */
  | 'sound'
  /** 10 to 99: shown with `?`. */
  | 'few'
  /** Fewer than 10: shown as `—`. */
  | 'none'
  /** Under three steps of the clock: shown with `≈timer`. */
  | 'timer';

/** A percentile of a latency in ns; null value where no operation was timed. */
export interface Percentile {
  readonly estimate: Estimate | null;
  readonly mark: PercentileMark;
}

/** Everything that is printed of one invocation. Computed from the saved result alone. */
export interface Analysis {
  readonly engine: EngineName;
  readonly complete: boolean;
  readonly workloads: readonly WorkloadAnalysis[];
}

export interface WorkloadAnalysis {
  readonly workload: string;
  readonly file: string;
  readonly threads: number;
  /** Blocks of which every strategy's trial is there, and blocks planned. Only the former are counted. */
  readonly blocks: number;
  readonly blocksPlanned: number;
  readonly reference: string;
  /** What the main table is about. */
  readonly headline: Headline;
  /** A row for each strategy as listed, the refused ones and the A/A arm (last) included. */
  readonly strategies: readonly StrategyRow[];
  /** Intervals of the ratios in `strategies`: family-wise 95 % over so many comparisons. */
  readonly comparisons: number;
  readonly fastest: Fastest;
  /** Verdict of the A/A arm; null if there was none. */
  readonly repeatArm: RepeatArm | null;
  /** Smallest relative change that these blocks can resolve with 80 % power, 0.026 for 2.6 %; null if unknown. */
  readonly resolvable: { readonly throughput: number | null; readonly p99: number | null };
  /** Per role, operation and strategy: exploratory, a family of its own. */
  readonly operations: readonly OperationRow[];
  readonly operationComparisons: number;
  readonly counters: readonly CounterRow[];
  readonly claims: readonly ClaimVerdict[];
  readonly notes: readonly Note[];
  /** Broken invariants and exclusion faults; one is enough for exit status 4. */
  readonly faults: readonly Fault[];
}

export interface Headline {
  readonly role: string;
  /** Its first operation: the one whose p99 is shown. */
  readonly op: string;
  /** `fault/s` where the role has one operation; `rounds/s` or, with weights, `op/s` where it has more. */
  readonly unit: string;
}

export interface StrategyRow {
  readonly strategy: string;
  readonly status: 'ok' | 'unsupported';
  readonly reason: string | null;
  readonly isReference: boolean;
  /** In the A/A arm, the strategy it repeats; else null. */
  readonly repeats: string | null;
  /** Gave up its CPU in more than 1 % of its acquisitions: its figures show the operating system's timer. */
  readonly oversubscribed: boolean;
  /** The measured part; null for a refused strategy, or one that has no trial yet. */
  readonly measured: StrategyMeasured | null;
}

export interface StrategyMeasured {
  readonly throughput: Estimate;
  /** To the reference strategy, e.g. 0.658 for −34.2 %; null in the reference's own row or without a pair. */
  readonly throughputRatio: Estimate | null;
  readonly p99: Percentile;
  readonly p99Ratio: Estimate | null;
  /** Over the threads of the headline role, medians over blocks. 1 is perfectly fair; a share is of all operations. */
  readonly fairness: number | null;
  readonly minShare: number | null;
  readonly maxShare: number | null;
  /** Longest time in which one thread of the headline role finished nothing, over all trials, ns. */
  readonly starvationNs: number;
  /** Throughput in each block, in order, for a sparkline. */
  readonly blockThroughput: readonly number[];
  readonly unsteadyTrials: number;
  readonly trials: number;
}

/** Which strategy has the greatest throughput, controls (`private`, the A/A arm) left out. */
export type Fastest =
  | { readonly type: 'none' }
  /** Its interval against every other lies above 1. */
  | {
      readonly type: 'winner';
      readonly strategy: string;
      readonly runnerUp: string;
      readonly ratio: Estimate;
    }
  /** The top by median, and those it is not separated from; `ratio` is to the first of them. */
  | {
      readonly type: 'not-separated';
      readonly strategies: readonly string[];
      readonly ratio: Estimate;
      /** Of these, the one with the greatest Jain's index; null where they have none. */
      readonly fairest: string | null;
    };

export interface RepeatArm {
  readonly strategy: string;
  readonly throughputRatio: Estimate;
  readonly p99Ratio: Estimate | null;
  /** Every interval contains 1, as it must if nothing but chance differs. */
  readonly ok: boolean;
}

/** One role's operation under one strategy. Latencies in ns per operation. */
export interface OperationRow {
  readonly strategy: string;
  readonly role: string;
  readonly op: string;
  /** Finished operations in all trials. */
  readonly count: number;
  /** Operations per second. */
  readonly rate: Estimate;
  readonly rateRatio: Estimate | null;
  readonly meanNs: number | null;
  readonly p50: Percentile;
  readonly p99: Percentile;
  readonly p999: Percentile;
  readonly p99Ratio: Estimate | null;
  /** Longest of all trials; an age if it was still in flight at the close (shown with `≥`). */
  readonly maxNs: number;
  readonly maxIsAge: boolean;
  /** Waiting for locks; operations that did not wait count as 0. */
  readonly waitMeanNs: number | null;
  readonly waitP99: Percentile;
  readonly waitMaxNs: number;
  readonly hold99: Percentile;
  readonly holdMaxNs: number;
  /** Median of the first operation of each thread in each trial, ns. */
  readonly firstNs: number | null;
  /** One operation in so many is timed. */
  readonly gap: number;
  readonly openLoop: boolean;
}

/** Sums over all trials of one strategy. */
export interface CounterRow {
  readonly strategy: string;
  readonly seconds: number;
  readonly classes: Readonly<Partial<Record<LockClass, Counters>>>;
  readonly events: Events;
  /** CPU time per finished operation, ns, and context switches per second; null where the system does not tell. */
  readonly cpuNsPerOperation: number | null;
  readonly voluntarySwitchesPerSecond: number | null;
  readonly involuntarySwitchesPerSecond: number | null;
}

export interface ClaimVerdict {
  readonly claim: Claim;
  readonly verdict: 'holds' | 'refuted' | 'inconclusive';
  /** The figure that decided: a ratio or a value; null where there is none to give. */
  readonly estimate: Estimate | null;
  /** Unit of the estimate: `ratio`, `op/s`, `ns`, `share`, `count`, `1/s`. */
  readonly unit: string;
  /** Why, in a sentence; for `inconclusive`, what would help. */
  readonly reason: string;
}

export interface Fault {
  readonly strategy: string;
  readonly block: number;
  readonly text: string;
}
