/** Where in the workload's file something stands, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What an entry of `gate:` is about; null matches every one. */
export interface GateCells {
  readonly strategy: string | null;
  readonly role: string | null;
  /** null in an entry of a role's own metric (throughput, fairness): the role as a whole. */
  readonly op: string | null;
}

/** How much worse a metric may be. Which way is worse follows from the metric. */
export interface GateMargin extends GateCells {
  readonly metric: string;
  /** Relative, 0.05 for 5 %; `auto`: the default, or the noise floor of earlier runs where that is greater. */
  readonly margin: number | 'auto';
  /** null where a flag or the default said it. */
  readonly place: Place | null;
}

/** Cells whose verdicts do not count. */
export interface GateIgnore extends GateCells {
  readonly metric: string | null;
  readonly place: Place | null;
}

/** What `auto` stands for at one place, settled before the run. */
export interface AutoMargin {
  readonly metric: string;
  readonly role: string;
  /** null: the role as a whole. */
  readonly op: string | null;
  readonly margin: number;
  readonly from: 'usual' | 'floor';
  /** A/A arms of earlier runs that were found; with fewer than ten there is no floor. */
  readonly arms: number;
}

/** `gate:` with every field filled in. Plain data, so that it can be saved. */
export interface Gate {
  /** The most specific one that matches a cell decides (most fields named; of equals, the later). */
  readonly margins: readonly GateMargin[];
  readonly ignore: readonly GateIgnore[];
  /** What inconclusive or noisy cells do to the exit status under `--gate`. */
  readonly inconclusive: 'fail' | 'warn' | 'pass';
  /** One for each place that an `auto` is about; absent where none is, or none was settled. */
  readonly auto?: readonly AutoMargin[];
}
