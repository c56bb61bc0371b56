import {
  medianIntervalRanks,
  medianWithInterval,
  type IntervalEstimate,
} from './median-interval.js';

/**
 * Difference of the medians of two independent samples of log-ratios, with a conservative interval: from the
 * lower bound of one to the upper bound of the other, each exact at (1 + confidence) / 2, so that both hold at
 * once with at least the confidence. For runs that share no blocks, each normalised by a control of its own.
 */
export function differenceOfMedians(
  base: readonly number[],
  head: readonly number[],
  confidence: number,
): IntervalEstimate {
  const each = (1 + confidence) / 2;
  const of = medianWithInterval(head, each);
  const than = medianWithInterval(base, each);
  const isFinite = of.low !== null && of.high !== null && than.low !== null && than.high !== null;
  return {
    value: of.value - than.value,
    low: isFinite ? of.low - than.high : null,
    high: isFinite ? of.high - than.low : null,
  };
}

/**
 * The least α at which that interval of the difference lies wholly beyond the limit, on the side given: a p
 * value of "the difference lies beyond it". The interval's bounds are pairs of ranks, so there are finitely many
 * levels, and each is looked at, from the widest interval on. 1 where not even the narrowest lies beyond.
 */
export function pOfDifference(
  base: readonly number[],
  head: readonly number[],
  limit: number,
  side: 'below' | 'above',
): number {
  if (base.length === 0 || head.length === 0) return 1;
  const of = Float64Array.from(head).sort();
  const than = Float64Array.from(base).sort();
  for (const alpha of levels(base.length, head.length)) {
    const each = 1 - alpha / 2;
    const ranksOf = medianIntervalRanks(of.length, each);
    const ranksThan = medianIntervalRanks(than.length, each);
    if (ranksOf === null || ranksThan === null) continue;
    const beyond =
      side === 'below'
        ? at(of, ranksOf.high) - at(than, ranksThan.low) < limit
        : at(of, ranksOf.low) - at(than, ranksThan.high) > limit;
    if (beyond) return alpha;
  }
  return 1;
}

const at = (sorted: Float64Array, rank: number): number => sorted[rank] ?? Number.NaN;

/** Levels at which one of the two intervals becomes a rank narrower, rising. */
function levels(...counts: readonly number[]): number[] {
  const found = counts.flatMap((count) => {
    const own: number[] = [];
    let probability = 0.5 ** count;
    let below = 0;
    for (let leftOut = 1; leftOut <= count / 2; leftOut++) {
      below += probability;
      probability = (probability * (count - leftOut + 1)) / leftOut;
      // An interval without the `leftOut` least and greatest misses with 2 × below; each may miss with α / 2.
      own.push(4 * below * (1 + 1e-12));
    }
    return own;
  });
  return found.filter((alpha) => alpha < 1).sort((a, b) => a - b);
}
