import type { Estimate } from '../results/analysis.js';
import type { EngineName } from '../results/result.js';
import type { Place } from '../workload/gate.js';

/**
 * How a cell was judged. Under a margin m, with "worse" meaning less or more as the metric goes:
 */
export type Verdict =
  /** Proven worse by more than the margin. */
  | 'regressed'
  /** Proven better by more than the margin. */
  | 'improved'
  /** Proven not worse by more than the margin. */
  | 'ok'
  /** Neither. */
  | 'inconclusive'
  /** The A/A arm does not lie within the margin: this run cannot judge the metric. */
  | 'noisy'
  /** An `ignore:` entry takes it out. */
  | 'ignored'
  /** It cannot be judged (too few samples above a percentile, refused), and nobody named it alone. */
  | 'not-judged'
  /** Compared, but no margin applies to it. */
  | 'ungated';

/** One metric of one cell, base against head. */
export interface ComparedCell {
  readonly workload: string;
  readonly threads: number;
  readonly strategy: string;
  readonly role: string;
  /** null: the role as a whole. */
  readonly op: string | null;
  readonly metric: string;
  /** `fault/s`, `ns`, `share`, `count`. */
  readonly unit: string;
  readonly better: 'higher' | 'lower' | 'none';
  /** Medians with their own 95 % intervals; null where not measured. */
  readonly base: Estimate | null;
  readonly head: Estimate | null;
  /** Ratio head / base: 0.852 for −14.8 %. Its interval is that of the verdict; null without a pair. */
  readonly change: Estimate | null;
  /** Confidence of the interval of `change`: 0.99; null without one. */
  readonly level: number | null;
  /** 0.05 for 5 %; null where nothing gates the cell. */
  readonly margin: number | null;
  readonly verdict: Verdict;
  /** A second run was made because the first regressed: whether it regressed again. null: none was made. */
  readonly confirmed: boolean | null;
  /** Blocks that were judged, and how many it would take to decide; null where decided or unknown. */
  readonly blocks: number;
  readonly blocksNeeded: number | null;
  /** Holm-adjusted p of "worse by more than the margin"; null where not judged. */
  readonly pWorse: number | null;
  /** Why, in a sentence; '' where the figures say it all. */
  readonly reason: string;
  /** The entry of the workload's `gate:` that decided, or its first line; of saved results, as head has them. */
  readonly place: (Place & { readonly file: string }) | null;
}

/** A metric of the A/A arm: the reference strategy against itself. */
export interface NoiseFloor {
  readonly workload: string;
  readonly metric: string;
  readonly role: string;
  readonly op: string | null;
  readonly ratio: Estimate;
  /** Greatest bound of the interval as a change, 0.011 for ±1.1 %; null without an interval. */
  readonly floor: number | null;
}

/** A row that stands on one side only. */
export interface OneSided {
  readonly cell: string;
  readonly side: 'base' | 'head';
  readonly reason: string;
}

/** What was compared with what, and every verdict: all that writers of verdicts read. */
export interface Comparison {
  /** Strategies of one run against its reference in the same blocks, or saved results. */
  readonly kind: 'bench' | 'compare';
  /** What stands for base and for head: a strategy, a file, a saved baseline's name. */
  readonly base: string;
  readonly head: string;
  readonly engine: EngineName;
  /** A: same blocks; B: same fingerprint, ratios to the reference strategy; C: fingerprints differ, no verdict. */
  readonly trust: 'A' | 'B' | 'C';
  /** Verdicts decide the exit status. */
  readonly gated: boolean;
  readonly cells: readonly ComparedCell[];
  readonly noise: readonly NoiseFloor[];
  readonly oneSided: readonly OneSided[];
  /** Why it cannot be compared at all, as sentences: fingerprints that differ, no trials. Empty if it can. */
  readonly refusals: readonly string[];
  /** What must be read beside the figures, as sentences: fingerprints that differ, blocks that are missing. */
  readonly warnings: readonly string[];
  readonly inconclusive: 'fail' | 'warn' | 'pass';
}
