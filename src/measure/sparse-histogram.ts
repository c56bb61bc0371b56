/** The counts of a histogram as it is kept in a trial: only buckets that are not empty, in rising order. */
export interface SparseHistogram {
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
  /** Sum of the recorded values, exact, in ns. */
  readonly sum: number;
}
