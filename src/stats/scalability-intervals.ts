import { median } from 'simple-statistics';
import { fitScalability, peakOf, type ScalabilityFit, type ScalingSample } from './scalability.js';
import { leastBlocks } from './family.js';
import type { IntervalEstimate } from './median-interval.js';

/** Throughput in each block at so many CPUs. */
export interface ScalingBlocks {
  readonly cpus: number;
  readonly blocks: readonly number[];
}

/** The law through the medians, each figure with its 95 % interval; `peak` may be infinite. */
export interface ScalabilityEstimate {
  readonly lambda: IntervalEstimate;
  readonly sigma: IntervalEstimate;
  readonly kappa: IntervalEstimate;
  readonly peak: IntervalEstimate;
  readonly fit: ScalabilityFit;
}

/** Draws of the bootstrap: the ends of a 95 % interval are then the 26th from either side. */
const draws = 1000;
const leftOut = 25;

/**
 * Fits the law to the medians over blocks. Intervals are percentiles of a bootstrap over blocks (Efron and Tibshirani,
 * An Introduction to the Bootstrap, ch. 13): a block of the same number has one seed at every number of CPUs, so they
 * are drawn together. Bounds are null with too few blocks for an interval of a median; the whole is null where the law
 * cannot be fitted.
 *
 * @param random uniform in [0, 1)
 */
export function estimateScalability(
  points: readonly ScalingBlocks[],
  random: () => number,
): ScalabilityEstimate | null {
  const fit = fitScalability(points.map(({ cpus, blocks }) => sampleOf(cpus, blocks)));
  if (fit === null) return null;
  const fewest = Math.min(...points.map(({ blocks }) => blocks.length));
  const drawn = fewest < leastBlocks(1) ? [] : resample(points, random);
  const estimate = (of: (fit: ScalabilityFit) => number): IntervalEstimate => {
    const sorted = Float64Array.from(drawn, of).sort();
    const enough = sorted.length === draws;
    return {
      value: of(fit),
      low: enough ? (sorted[leftOut] ?? null) : null,
      high: enough ? (sorted[draws - 1 - leftOut] ?? null) : null,
    };
  };
  return {
    lambda: estimate(({ lambda }) => lambda),
    sigma: estimate(({ sigma }) => sigma),
    kappa: estimate(({ kappa }) => kappa),
    peak: estimate(peakOf),
    fit,
  };
}

const sampleOf = (cpus: number, blocks: readonly number[]): ScalingSample => ({
  cpus,
  throughput: blocks.length === 0 ? 0 : median([...blocks]),
});

function resample(points: readonly ScalingBlocks[], random: () => number): ScalabilityFit[] {
  const most = Math.max(...points.map(({ blocks }) => blocks.length));
  const fits: ScalabilityFit[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const picks = Array.from({ length: most }, random);
    const samples = points.map(({ cpus, blocks }) => {
      // A point with fewer blocks than others draws as many as it has.
      const chosen = picks
        .slice(0, blocks.length)
        .map((pick) => blocks[Math.floor(pick * blocks.length)] ?? 0);
      return sampleOf(cpus, chosen);
    });
    const fit = fitScalability(samples);
    if (fit !== null) fits.push(fit);
  }
  return fits;
}
