import type { Random } from '../machine/random.js';

/** A shape that noise may have, of spread about 1. */
export interface Noise {
  readonly name: string;
  readonly draw: (random: Random) => number;
  /** Of the distribution itself: what an interval has to hold. */
  readonly median: number;
}

/** Standard normal. Source: Box, Muller, Annals of Mathematical Statistics 29, 1958. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** One in ten is eight times as wide: a machine on which something else runs now and then. */
export const withOutliers = (random: Random): number =>
  normal(random) * (random.next() < 0.1 ? 8 : 1);

function studentT3(random: Random): number {
  const squares = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2;
  return normal(random) / Math.sqrt(squares / 3);
}

export const noises: readonly Noise[] = [
  { name: 'normal', draw: normal, median: 0 },
  { name: 'Student t, 3 degrees of freedom', draw: studentT3, median: 0 },
  { name: 'skewed: log-normal', draw: (random) => Math.exp(normal(random)), median: 1 },
  {
    name: 'tied: normal, rounded to halves',
    draw: (random) => Math.round(normal(random) * 2) / 2,
    median: 0,
  },
  { name: 'outliers: one in ten 8 × as wide', draw: withOutliers, median: 0 },
];
