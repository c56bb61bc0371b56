import { medianIntervalRanks } from './median-interval.js';

/** Confidence of every interval on a screen, over its family of comparisons. */
export const familyWise = 0.95;

/**
 * Confidence that each of `comparisons` intervals needs so that all of them hold at once with probability
 * `level` (Bonferroni): 0.99 for 5 comparisons at 0.95.
 */
export function familyConfidence(comparisons: number, level = familyWise): number {
  return 1 - (1 - level) / Math.max(1, comparisons);
}

/** Least number of blocks at which every interval of a family of `comparisons` is finite. */
export function leastBlocks(comparisons: number, level = familyWise): number {
  const confidence = familyConfidence(comparisons, level);
  let blocks = 1;
  while (medianIntervalRanks(blocks, confidence) === null) blocks++;
  return blocks;
}

export interface BlockCount {
  readonly blocks: number;
  /** Why there are more than asked for, for the user; null if there are not. */
  readonly reason: string | null;
}

/**
 * Blocks to run when `asked` were asked for: enough for finite intervals over `comparisons`, and a multiple
 * of the number of strategies, so that each takes each place in the order equally often.
 */
export function roundBlocks(asked: number, strategies: number, comparisons: number): BlockCount {
  const least = leastBlocks(comparisons);
  const enough = Math.max(asked, least);
  const blocks = strategies <= enough ? Math.ceil(enough / strategies) * strategies : enough;
  if (blocks === asked) return { blocks, reason: null };
  const reasons: string[] = [];
  if (enough > asked) {
    const family = comparisons > 1 ? `${comparisons} comparisons` : 'a 95% interval';
    reasons.push(`${family} need at least ${least}`.replace('interval need', 'interval needs'));
  }
  if (blocks > enough) {
    reasons.push(`a multiple of ${strategies} puts each strategy in each place equally often`);
  }
  return { blocks, reason: reasons.join('; ') };
}
