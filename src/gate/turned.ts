import { limitsOf, type Limits } from '../stats/verdict.js';
import { better } from '../workload/metrics.js';
import type { GatedCell } from './gated-cells.js';

/** Which way is good. A metric of which neither way is cannot be gated. */
function direction({ metric, name }: GatedCell): 'higher' | 'lower' {
  const way = better(metric);
  if (way === 'none') throw new Error(`${name} cannot be gated`);
  return way;
}

/** Logarithms of ratios, turned so that less is worse. */
export const turned = (gated: GatedCell, logRatios: readonly number[]): readonly number[] =>
  direction(gated) === 'higher' ? logRatios : logRatios.map((ratio) => -ratio);

/** What a margin allows of such logarithms. */
export const turnedLimits = (gated: GatedCell, margin: number): Limits =>
  limitsOf(margin, direction(gated));
