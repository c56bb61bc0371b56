import { medianWithInterval, type IntervalEstimate } from './median-interval.js';

/** One block's values of the same metric under two strategies. */
export type Pair = readonly [of: number, than: number];

/**
 * Natural logarithms of the ratios. Two zeros are equal, so 0; a zero against something is −∞ or +∞, which
 * order statistics bear.
 */
export function logRatios(pairs: readonly Pair[]): number[] {
  return pairs.map(([of, than]) => (of === than ? 0 : Math.log(of / than)));
}

/**
 * Ratio `of` / `than` over blocks: exp of the median log-ratio with the exact interval of a median. Pairing
 * by block removes what drifts from block to block and hits both alike. At least one pair.
 */
export function pairedRatio(pairs: readonly Pair[], confidence: number): IntervalEstimate {
  const log = medianWithInterval(logRatios(pairs), confidence);
  return {
    value: Math.exp(log.value),
    low: log.low === null ? null : Math.exp(log.low),
    high: log.high === null ? null : Math.exp(log.high),
  };
}
