import { median } from 'simple-statistics';

/** A value with its interval; the bounds are null when there are too few samples for one. */
export interface IntervalEstimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Ranks {
  /** Zero-based, of the samples in rising order. */
  readonly low: number;
  readonly high: number;
  /** Exact probability that the interval holds the median, at least the confidence asked for. */
  readonly coverage: number;
}

/**
 * Order-statistic ranks of the exact (sign-test) interval for a median; null when `count` is too small for
 * the confidence. Assumes nothing of the distribution but independence. `count` is at most 1000.
 *
 * The number of samples below the median is Bin(count, ½). Leaving out the `k` least and the `k` greatest
 * samples misses the median with probability 2·P(Bin < k), so `k` is the greatest with P(Bin < k) at most
 * half of what may be missed. Source: Conover, Practical Nonparametric Statistics, 3rd ed., §3.2.
 */
export function medianIntervalRanks(count: number, confidence: number): Ranks | null {
  const tail = (1 - confidence) / 2;
  let probability = 0.5 ** count;
  let below = 0;
  let leftOut = 0;
  while (leftOut < count / 2 && below + probability <= tail) {
    below += probability;
    leftOut++;
    probability = (probability * (count - leftOut + 1)) / leftOut;
  }
  if (leftOut === 0) return null;
  return { low: leftOut - 1, high: count - leftOut, coverage: 1 - 2 * below };
}

/** Median of at least one sample, with its exact interval. Infinite samples are allowed. */
export function medianWithInterval(
  samples: readonly number[],
  confidence: number,
): IntervalEstimate {
  const sorted = Float64Array.from(samples).sort();
  const ranks = medianIntervalRanks(sorted.length, confidence);
  const middle = median(Array.from(sorted));
  return {
    // Two middle samples of −∞ and +∞ have no mean: the lower one stands for both.
    value: Number.isNaN(middle) ? (sorted[(sorted.length >> 1) - 1] ?? Number.NaN) : middle,
    low: ranks === null ? null : (sorted[ranks.low] ?? null),
    high: ranks === null ? null : (sorted[ranks.high] ?? null),
  };
}
