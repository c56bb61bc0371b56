import type { HarnessCost } from '../engines/engine.js';
import type { Trial } from '../engines/trial.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Claim } from '../workload/claim.js';
import type { Gate } from '../workload/gate.js';
import type { MatrixCell } from '../workload/matrix.js';
import type { Plan } from '../workload/plan.js';
import type { Environment } from './environment.js';

/** First field of every result file, so that another JSON file is not taken for one. */
export const resultFormat = 'mmlock-result';

/** Of the result file. A reader refuses a greater one, and migrates a lesser one. */
export const schemaVersion = 2;

export const engineNames = ['threads', 'sim'] as const;
export type EngineName = (typeof engineNames)[number];

/**
 * One invocation of `mmlock bench`, as it is saved: everything that is printed can be computed again from
 * it. Plain data; null where something is not known, never a missing field.
 */
export interface Result {
  readonly format: typeof resultFormat;
  readonly schemaVersion: number;
  /** `commit` is what it was built from, with `-dirty` where its sources differed; null where that is not known. */
  readonly mmlock: { readonly version: string; readonly commit: string | null };
  /** Arguments after `mmlock`; none where the engine is `sim`, as where a result is written is no part of it. */
  readonly commandLine: readonly string[];
  /** What the user called the run, such as the commit of what was measured; absent where they did not. */
  readonly label?: string;
  readonly engine: EngineName;
  readonly seed: number;
  /** What `mmlock sweep` was asked to run; absent in what `bench` ran. */
  readonly sweep?: SweepPlan;
  /**
   * What it ran on and when; null where the engine is `sim`, on which nothing of it bears: the same workload, seed and
   * version give the same bytes.
   */
  readonly environment: Environment | null;
  readonly workloads: readonly WorkloadResult[];
  /** Every block of every workload was run. */
  readonly complete: boolean;
  /** Why it is not complete; null while it runs, and when it is. */
  readonly interrupted: Interruption | null;
  /** Exit status of the invocation; null while it runs. */
  readonly exit: number | null;
}

/** One cell for each number of CPUs and combination of the workload's matrix. */
export interface SweepPlan {
  /** Rising. */
  readonly cpus: readonly number[];
  /** The part of the trials that this file is to hold; absent: all. */
  readonly shard?: Shard;
}

/** Trial k of a sweep, from 0, belongs to shard k mod `count` + 1. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

export interface Interruption {
  readonly kind: 'signal' | 'failure';
  /** `SIGINT`, or the kind of the engine's failure. */
  readonly cause: string;
  /** What happened, in a sentence. */
  readonly text: string;
}

/** One workload against its strategies. */
export interface WorkloadResult {
  /** The workload's name; of a cell of a matrix with that of the cell: `fault-storm[threads=4]`. */
  readonly name: string;
  /** Which cell of the workload's matrix this is; absent where it has none. */
  readonly cell?: MatrixCell;
  readonly about: string;
  /** The file as it was given, its text, and the text's SHA-256 in hex. */
  readonly file: string;
  readonly text: string;
  readonly sha256: string;
  readonly plan: Plan;
  /** Label of the reference strategy: one of `strategies`. */
  readonly reference: string;
  readonly strategies: readonly StrategyResult[];
  /** Blocks asked for, and why there are more in `orders`; null where there are not. */
  readonly blocksAsked: number;
  readonly blocksReason: string | null;
  /** For each block, indices into the strategies whose status is `ok`, in the order in which they run. */
  readonly orders: readonly (readonly number[])[];
  /** null until the engine has measured itself. */
  readonly harness: HarnessCost | null;
  readonly trials: readonly Trial[];
  readonly claims: readonly Claim[];
  /** What gates this run, flags included; null where nothing does. */
  readonly gate: Gate | null;
  /** Blocks that verdicts were first looked at with; there are more in `orders` if these did not suffice. */
  readonly firstLook: number;
  /** What ran again because it had regressed; null where nothing did. */
  readonly confirmation: Confirmation | null;
  /** What the engine had to say, in the order in which it was said. */
  readonly notes: readonly string[];
}

/** A second run, with a seed of its own, of the strategies whose verdicts have to be confirmed. */
export interface Confirmation {
  readonly seed: number;
  /** Labels of those that ran, the reference and the A/A arm among them. */
  readonly strategies: readonly string[];
  /** For each block, indices into `strategies`. */
  readonly orders: readonly (readonly number[])[];
  readonly trials: readonly Trial[];
}

/** One strategy with every field filled in. `strategy.name` is its label, in `Trial.strategy` too. */
export interface StrategyResult {
  readonly strategy: Strategy;
  readonly status: 'ok' | 'unsupported';
  /** Why it is unsupported; null if it is not. */
  readonly reason: string | null;
  /** In the A/A arm, whose label is `(A/A) name`: the label of the strategy that it repeats; else null. */
  readonly repeats: string | null;
}

/** Label of the A/A arm of a strategy. */
export const repeatLabel = (label: string): string => `(A/A) ${label}`;
