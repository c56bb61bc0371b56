import { medianAbsoluteDeviation } from 'simple-statistics';

/** Makes a median absolute deviation the standard deviation of a normal sample: 1 / Φ⁻¹(¾). */
const normalScale = 1.4826;

/** Robust standard deviation of log-ratios; null with fewer than two finite ones. */
export function logSpread(logRatios: readonly number[]): number | null {
  const finite = logRatios.filter(Number.isFinite);
  return finite.length < 2 ? null : normalScale * medianAbsoluteDeviation(finite);
}

/**
 * Smallest relative change that so many blocks resolve with 80 % power: 4σ/√n. The factor is 3.7 for normal noise and
 * 4.2 with outliers, from simulation at n ≥ 12; 4 stands for both.
 *
 * @param spread σ of the log-ratios, as `logSpread` gives it
 */
export const resolvableAt = (spread: number, blocks: number): number =>
  (4 * spread) / Math.sqrt(blocks);

/** Least number of blocks that resolve a change of that size, whatever its sign; not finite for a change of 0. */
export const blocksToResolve = (spread: number, change: number): number =>
  Math.ceil(((4 * spread) / change) ** 2);

/** Smallest relative change that the blocks of these log-ratios resolve; null without a spread. */
export function smallestResolvable(logRatios: readonly number[]): number | null {
  const spread = logSpread(logRatios);
  return spread === null ? null : resolvableAt(spread, logRatios.length);
}
