/** One cell of an experiment, as `of:` and `than:` name it. */
export interface ClaimCell {
  readonly strategy: string;
  /** Threads of the cell; null: those of the run. */
  readonly threads: number | null;
  /** Name of another cell of the matrix than that of the claim; absent: the same. */
  readonly cell?: string;
}

/** Limits, both inclusive; null where there is none. At least one is a number. */
export interface ClaimRange {
  readonly min: number | null;
  readonly max: number | null;
}

interface ClaimBase {
  /** `claim:`, in the writer's words. */
  readonly text: string;
  /** Line of the workload's file on which the claim starts, from 1. */
  readonly line: number;
}

interface MeasuredClaim extends ClaimBase {
  /** `throughput`, `p99`, `wait.p99`, `mmap_lock.steals`… */
  readonly metric: string;
  /** null: the headline role. */
  readonly role: string | null;
  /** null: the role's first operation, or all of them where the metric is one of the role. */
  readonly op: string | null;
}

/** An entry of `expect:`, every field filled in. Plain data, so that it can be saved. */
export type Claim =
  /** `of` divided by `than` lies in the range. */
  | (MeasuredClaim & {
      readonly kind: 'ratio';
      readonly of: ClaimCell;
      readonly than: ClaimCell;
      readonly range: ClaimRange;
    })
  /** The metric of `of`, in its own unit (op/s, ns, share, count), lies in the range. */
  | (MeasuredClaim & {
      readonly kind: 'value';
      readonly of: ClaimCell;
      readonly range: ClaimRange;
    })
  /** Each strategy is better than the one after it: less where the metric is better when lower, greater otherwise. */
  | (MeasuredClaim & { readonly kind: 'order'; readonly order: readonly ClaimCell[] })
  /** The strategy is refused for this workload. */
  | (ClaimBase & { readonly kind: 'unsupported'; readonly of: ClaimCell });
