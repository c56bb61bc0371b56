import { quantile } from 'simple-statistics';

/** Fewer A/A arms than this say too little of how far chance reaches. */
export const leastArms = 10;

/**
 * How far from 0 chance takes the median log-ratio of a strategy against itself: Q3 + 3·IQR of the sizes of
 * such medians in earlier runs; null with fewer than ten. The fence of Tukey's far outliers, as rustc-perf
 * uses it for the significance of a change: https://github.com/rust-lang/rustc-perf.
 */
export function historicFloor(medianLogRatios: readonly number[]): number | null {
  if (medianLogRatios.length < leastArms) return null;
  const sizes = medianLogRatios.map(Math.abs);
  const third = quantile(sizes, 0.75);
  return third + 3 * (third - quantile(sizes, 0.25));
}
