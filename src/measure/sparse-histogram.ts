import { bucketHigh } from './histogram.js';

/** The counts of a histogram as it is kept in a trial: only buckets that are not empty, in rising order. */
export interface SparseHistogram {
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
  /** Sum of the recorded values, exact, in ns. */
  readonly sum: number;
}

export const emptyHistogram: SparseHistogram = { buckets: [], counts: [], sum: 0 };

/** Keeps the buckets of a full histogram that are not empty. `sum` is that of its values, in ns. */
export function sparseHistogram(full: ArrayLike<number>, sum: number): SparseHistogram {
  const buckets: number[] = [];
  const counts: number[] = [];
  for (let bucket = 0; bucket < full.length; bucket++) {
    const count = full[bucket] ?? 0;
    if (count === 0) continue;
    buckets.push(bucket);
    counts.push(count);
  }
  return { buckets, counts, sum };
}

/** One histogram of all values: of the threads of one trial, never of several trials. */
export function mergeHistograms(histograms: readonly SparseHistogram[]): SparseHistogram {
  const [first, ...rest] = histograms;
  if (first === undefined) return emptyHistogram;
  if (rest.length === 0) return first;
  const total = new Map<number, number>();
  let sum = 0;
  for (const histogram of histograms) {
    sum += histogram.sum;
    histogram.buckets.forEach((bucket, index) => {
      total.set(bucket, (total.get(bucket) ?? 0) + (histogram.counts[index] ?? 0));
    });
  }
  const buckets = [...total.keys()].sort((a, b) => a - b);
  return { buckets, counts: buckets.map((bucket) => total.get(bucket) ?? 0), sum };
}

/** How many values were recorded. */
export function recordedCount(histogram: SparseHistogram): number {
  let total = 0;
  for (const count of histogram.counts) total += count;
  return total;
}

/**
 * One-based rank of the quantile among `count` values in rising order (nearest rank). A product that is
 * whole but for rounding counts as whole, so the p99 of 100 values is the 99th.
 */
function nearestRank(count: number, quantile: number): number {
  return Math.min(count, Math.max(1, Math.ceil(count * quantile * (1 - 1e-12))));
}

/**
 * Value, in ns, that the share `quantile` (0 to 1) of the values does not exceed: the upper edge of the
 * bucket of the nearest rank. `zeros` more values of 0 belong to the distribution though they were not
 * recorded: the operations that did not wait. Null without values.
 */
export function histogramQuantile(
  histogram: SparseHistogram,
  quantile: number,
  zeros = 0,
): number | null {
  const count = recordedCount(histogram) + zeros;
  if (count === 0) return null;
  let left = nearestRank(count, quantile) - zeros;
  if (left <= 0) return 0;
  const { buckets, counts } = histogram;
  let index = 0;
  for (; index < buckets.length - 1; index++) {
    left -= counts[index] ?? 0;
    if (left <= 0) break;
  }
  return bucketHigh(buckets[index] ?? 0);
}

/** Mean in ns, of the exact sum; `zeros` as for `histogramQuantile`. Null without values. */
export function histogramMean(histogram: SparseHistogram, zeros = 0): number | null {
  const count = recordedCount(histogram) + zeros;
  return count === 0 ? null : histogram.sum / count;
}

/** How many of `count` values lie above the quantile's rank: what the quantile's estimate rests on. */
export function exceedances(count: number, quantile: number): number {
  return count === 0 ? 0 : count - nearestRank(count, quantile);
}
