import { sum } from 'simple-statistics';
import { medianWithInterval } from './median-interval.js';

/** Relative change between the halves of a window that is not worth a note. */
export const driftTolerance = 0.02;

export interface Drift {
  /** Second half of the windows divided by the first, over blocks, with its 95 % bounds. */
  readonly low: number;
  readonly high: number;
}

/**
 * Whether throughput still changed within the windows: the interval, over blocks, of the second half's
 * operations to the first half's lies wholly outside ±2 %. `slices` has one series for each block; null
 * means no drift shown, or too few blocks to tell. The middle slice of an odd series is left out.
 */
export function findDrift(slices: readonly (readonly number[])[]): Drift | null {
  const changes: number[] = [];
  for (const series of slices) {
    const half = series.length >> 1;
    const first = sum(series.slice(0, half));
    const second = sum(series.slice(series.length - half));
    if (first > 0 && second > 0) changes.push(Math.log(second / first));
  }
  if (changes.length === 0) return null;
  const { low, high } = medianWithInterval(changes, 0.95);
  if (low === null || high === null) return null;
  const drifts = low > Math.log1p(driftTolerance) || high < Math.log1p(-driftTolerance);
  return drifts ? { low: Math.exp(low), high: Math.exp(high) } : null;
}
