import { Random } from '../machine/random.js';
import { medianWithInterval, type IntervalEstimate } from '../stats/median-interval.js';
import { pairedRatio, type Pair } from '../stats/paired-ratio.js';
import { differenceOfMedians } from '../stats/unpaired-ratio.js';
import type { Noise } from './simulated-noise.js';

const confidence = 0.95;
/** Of a ratio between two strategies that is to be found again. */
const trueLog = Math.log(1.25);
/** Logarithms that were taken of powers differ from them by rounding. */
const rounding = 1e-9;

/** An interval that is printed, over as many blocks of such noise; as a logarithm where it is of a ratio. */
export interface Estimator {
  readonly name: string;
  readonly estimate: (noise: Noise, blocks: number, random: Random) => IntervalEstimate;
  /** What the interval is to hold. */
  readonly truth: (noise: Noise) => number;
}

const draws = ({ draw }: Noise, blocks: number, random: Random): number[] =>
  Array.from({ length: blocks }, () => draw(random));

export const estimators: readonly Estimator[] = [
  {
    name: 'median of a cell',
    estimate: (noise, blocks, random) =>
      medianWithInterval(draws(noise, blocks, random), confidence),
    truth: ({ median }) => median,
  },
  {
    name: 'paired ratio',
    // What hits both of a block is as large as 32 to 1; powers of two, so that ties stay ties.
    estimate: (noise, blocks, random) => {
      const pairs = draws(noise, blocks, random).map((log): Pair => {
        const shared = 2 ** random.below(6);
        return [shared * Math.exp(trueLog + log), shared];
      });
      const { value, low, high } = pairedRatio(pairs, confidence);
      const log = (bound: number | null): number | null =>
        bound === null ? null : Math.log(bound);
      return { value: Math.log(value), low: log(low), high: log(high) };
    },
    truth: ({ median }) => trueLog + median,
  },
  {
    name: 'difference of two runs',
    estimate: (noise, blocks, random) => {
      const base = draws(noise, blocks, random);
      const head = draws(noise, blocks, random).map((log) => log + trueLog);
      return differenceOfMedians(base, head, confidence);
    },
    truth: () => trueLog,
  },
];

/** Share of `times` simulated runs of so many blocks whose 95 % interval holds the truth. The same for the same seed. */
export function coverage(
  estimator: Estimator,
  noise: Noise,
  blocks: number,
  times: number,
  seed: number,
): number {
  const random = new Random(seed);
  const truth = estimator.truth(noise);
  let covered = 0;
  for (let i = 0; i < times; i++) {
    const { low, high } = estimator.estimate(noise, blocks, random);
    if (low !== null && high !== null && low - rounding <= truth && truth <= high + rounding) {
      covered++;
    }
  }
  return covered / times;
}
