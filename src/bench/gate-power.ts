import { noiseOf } from '../gate/noise.js';
import { Random } from '../machine/random.js';
import { judgeTwice, looks } from '../stats/two-looks.js';
import { judgeFamily, limitsOf, type CellVerdict, type Limits } from '../stats/verdict.js';
import { withOutliers } from './simulated-noise.js';

/** A gate run that is simulated again and again: throughput of some strategies against a reference. */
export interface GateSetting {
  /** Standard deviation of the log-ratio of two strategies in a block, outliers apart: 0.06 for 6 %. */
  readonly spread: number;
  readonly margin: number;
  /** Ratio that the first strategy really has; the others have 1. */
  readonly ratio: number;
  readonly strategies: number;
  readonly blocks: number;
  /** Of the one extension. */
  readonly moreBlocks: number;
}

/** Shares of the simulated runs. */
export interface OperatingPoint {
  /** Of the first strategy. `open` is inconclusive, or noisy by the A/A arm. */
  readonly regressed: number;
  readonly passed: number;
  readonly open: number;
  /** A strategy that had not changed regressed. */
  readonly falseAlarm: number;
}

/**
 * Operating point of the gate, by the code that judges a run: two looks, the A/A arm, and a second run of what has
 * regressed. A tenth of the blocks are eight times as noisy as the rest. The same for the same seed.
 */
export function operatingPoint(setting: GateSetting, times: number, seed: number): OperatingPoint {
  const random = new Random(seed);
  let regressed = 0;
  let passed = 0;
  let falseAlarm = 0;
  for (let i = 0; i < times; i++) {
    const [changed, ...same] = simulateRun(setting, random);
    if (changed === 'regressed') regressed++;
    if (changed === 'ok' || changed === 'improved') passed++;
    if ((setting.ratio === 1 ? [changed, ...same] : same).includes('regressed')) falseAlarm++;
  }
  const share = (count: number): number => count / times;
  return {
    regressed: share(regressed),
    passed: share(passed),
    open: share(times - regressed - passed),
    falseAlarm: share(falseAlarm),
  };
}

type RunVerdict = CellVerdict | 'noisy';

/** Verdict of each strategy in one run. */
function simulateRun(setting: GateSetting, random: Random): RunVerdict[] {
  const { blocks, margin, moreBlocks } = setting;
  const limits = limitsOf(margin, 'higher');
  const run = simulateBlocks(setting, blocks + moreBlocks, random);
  const isNoisy = (count: number): boolean => {
    const arm = run.arm.slice(0, count).map(Math.exp);
    const floor = noiseOf(arm, new Array<number>(count).fill(1))?.floor ?? Infinity;
    return floor > margin;
  };
  const judge = (count: number) =>
    judgeTwice(
      run.strategies.map((ratios) => ({
        first: ratios.slice(0, blocks),
        all: ratios.slice(0, count),
        limits,
      })),
    ).map(({ verdict }) => verdict);
  const early = judge(blocks);
  const isOpen = isNoisy(blocks) || early.includes('inconclusive');
  const count = isOpen ? blocks + moreBlocks : blocks;
  if (isNoisy(count)) return early.map(() => 'noisy');
  return confirm(isOpen ? judge(count) : early, setting, count, limits, random);
}

/** What has regressed is run again, and must regress again. */
function confirm(
  verdicts: readonly CellVerdict[],
  setting: GateSetting,
  count: number,
  limits: Limits,
  random: Random,
): CellVerdict[] {
  const again = simulateBlocks(setting, count, random).strategies;
  const regressed = verdicts.flatMap((verdict, index) => (verdict === 'regressed' ? [index] : []));
  const second = judgeFamily(
    regressed.map((index) => ({ logRatios: again[index] ?? [], limits })),
    looks.confirmation,
  );
  const confirmed = new Set(regressed.filter((_, place) => second[place]?.verdict === 'regressed'));
  return verdicts.map((verdict, index) =>
    verdict !== 'regressed' || confirmed.has(index) ? verdict : 'inconclusive',
  );
}

/** Log-ratios to the reference, whose own noise is in all of a block. */
function simulateBlocks(
  { ratio, spread, strategies }: GateSetting,
  blocks: number,
  random: Random,
): { readonly strategies: readonly number[][]; readonly arm: readonly number[] } {
  const own = (): number => (withOutliers(random) * spread) / Math.SQRT2;
  const reference = Array.from({ length: blocks }, own);
  const against = (log: number): number[] => reference.map((base) => log + own() - base);
  return {
    strategies: Array.from({ length: strategies }, (_, index) =>
      against(index === 0 ? Math.log(ratio) : 0),
    ),
    arm: against(0),
  };
}
