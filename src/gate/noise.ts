import type { Estimate } from '../results/analysis.js';
import { ratioOf, type BlockValues } from '../results/cells.js';
import { familyWise } from '../stats/family.js';

/**
 * Ratio of the A/A arm to the strategy that it repeats, with its own 95 % interval, and the greatest bound of that
 * as a change: below it, this run cannot tell a change from chance.
 */
export function noiseOf(
  arm: BlockValues,
  repeated: BlockValues,
): { readonly ratio: Estimate; readonly floor: number | null } | null {
  const ratio = ratioOf(arm, repeated, familyWise);
  if (ratio === null) return null;
  const { low, high } = ratio;
  const floor = low === null || high === null ? null : Math.max(1 - low, high - 1);
  return { ratio, floor };
}
