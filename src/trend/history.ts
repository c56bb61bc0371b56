import type { Fingerprint } from '../results/fingerprint.js';
import type { EngineName } from '../results/result.js';

/** Runs of one workload that can be set beside each other: of one fingerprint, against one reference strategy. */
export interface History {
  readonly fingerprint: Fingerprint;
  readonly workload: string;
  readonly engine: EngineName;
  readonly threads: number;
  readonly reference: string;
  /** The headline role. */
  readonly role: string;
  readonly metrics: readonly HistoryMetric[];
  /** In the order in which they were started. */
  readonly runs: readonly HistoryRun[];
}

/** A metric of the headline role. */
export interface HistoryMetric {
  readonly name: string;
  /** null: the role as a whole. */
  readonly op: string | null;
  readonly unit: string;
  readonly better: 'higher' | 'lower' | 'none';
}

/** What is kept of a run. */
export interface HistoryRun {
  readonly file: string;
  /** UTC, ISO 8601. */
  readonly started: string;
  /** What the user called it. */
  readonly label: string | null;
  /** Commit that mmlock was built from. */
  readonly commit: string | null;
  readonly blocks: number;
  readonly observations: readonly Observation[];
}

/** One metric of one strategy in one run. */
export interface Observation {
  readonly strategy: string;
  /** In the A/A arm, the strategy it repeats; else null. */
  readonly repeats: string | null;
  readonly metric: string;
  /** Median over blocks; null where it was not measured, or is a percentile with too few samples above it. */
  readonly value: number | null;
  /** Median over blocks of the ratio to the reference in the same block; null as above, and for the reference. */
  readonly ratio: number | null;
  /** A percentile with so few samples above it that it is only a hint. */
  readonly few: boolean;
}

/** Why a result, or one workload of it, is in no history. */
export type LeftOutKind = 'unreadable' | 'copy' | 'no-fingerprint' | 'incomplete' | 'incorrect';

export interface LeftOut {
  readonly kind: LeftOutKind;
  readonly file: string;
  /** null: the whole file. */
  readonly workload: string | null;
  /** A sentence without the file's name. */
  readonly reason: string;
}
