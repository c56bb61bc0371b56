import { median } from 'simple-statistics';
import { holmAdjusted } from './holm.js';
import { blocksToResolve, logSpread } from './resolvable.js';
import { atLeast, leastDecisive } from './sign-test.js';

/** One gated cell: its blocks' ln(head / base), and the limits that its margin sets. */
export interface CellTest {
  /** Turned so that less is worse; infinite ones are allowed. */
  readonly logRatios: readonly number[];
  /** Below `worse` a block is worse by more than the margin, above `better` better by more than it. */
  readonly limits: Limits;
}

export interface Limits {
  readonly worse: number;
  readonly better: number;
}

export type CellVerdict = 'regressed' | 'improved' | 'ok' | 'inconclusive';

/** p values of one cell: of "worse by more than the margin", "better by more than it", "not worse by more than it". */
export interface CellPValues {
  readonly pWorse: number;
  readonly pBetter: number;
  readonly pNotWorse: number;
}

/** `pWorse` and `pBetter` are Holm-adjusted over the family, `pNotWorse` is the cell's own. */
export interface JudgedCell extends CellPValues {
  readonly verdict: CellVerdict;
}

/**
 * Limits of turned log-ratios for a margin: a drop of 5 % where more is better is a ratio under 0.95; a rise
 * of 5 % where less is better is a ratio over 1.05, whose turned logarithm lies under −ln 1.05.
 *
 * @param margin relative, from 0 to below 1 where more is better
 */
export function limitsOf(margin: number, better: 'higher' | 'lower'): Limits {
  const drop = Math.log1p(-margin);
  const rise = Math.log1p(margin);
  return better === 'higher' ? { worse: drop, better: rise } : { worse: -rise, better: -drop };
}

/** Judges a family of cells by sign tests at level `alpha`. */
export const judgeFamily = (cells: readonly CellTest[], alpha: number): JudgedCell[] =>
  judgePValues(
    cells.map(({ logRatios, limits }) => ({
      pWorse: pOf(logRatios, (ratio) => ratio < limits.worse),
      pBetter: pOf(logRatios, (ratio) => ratio > limits.better),
      pNotWorse: pOf(logRatios, (ratio) => ratio > limits.worse),
    })),
    alpha,
  );

/**
 * Judges a family of cells by each cell's own p values: a cell has regressed if its Holm-adjusted p of being
 * worse by more than the margin is at most alpha, has improved by the opposite test, and is proven not worse
 * by its own p, unadjusted, since what is asked there is that a green cell be green.
 */
export function judgePValues(cells: readonly CellPValues[], alpha: number): JudgedCell[] {
  const pWorse = holmAdjusted(cells.map((cell) => cell.pWorse));
  const pBetter = holmAdjusted(cells.map((cell) => cell.pBetter));
  return cells.map(({ pNotWorse }, index) => {
    const p = { pWorse: pWorse[index] ?? 1, pBetter: pBetter[index] ?? 1, pNotWorse };
    return { verdict: verdictOf(p, alpha), ...p };
  });
}

/** What the p values say at level `alpha`; without blocks all are 1, which says nothing. */
export function verdictOf(p: CellPValues, alpha: number): CellVerdict {
  if (p.pWorse <= alpha) return 'regressed';
  if (p.pBetter <= alpha) return 'improved';
  return p.pNotWorse <= alpha ? 'ok' : 'inconclusive';
}

const pOf = (logRatios: readonly number[], isBeyond: (logRatio: number) => boolean): number =>
  logRatios.length === 0 ? 1 : atLeast(logRatios.filter(isBeyond).length, logRatios.length);

/**
 * Blocks that it would take to decide a cell with 80 % power, from where its median lies between the limits and
 * how its blocks spread: n for which 4σ/√n is the distance to the limit. At least the blocks there are, and never
 * fewer than it takes to decide anything at level `alpha`, which for a regression the size of the family raises.
 * Null where the spread is unknown, or the median lies on the limit and no number would do.
 */
export function blocksNeeded(
  { logRatios, limits }: CellTest,
  alpha: number,
  family: number,
): number | null {
  const finite = logRatios.filter(Number.isFinite);
  const spread = logSpread(finite);
  if (spread === null) return null;
  const room = median(finite) - limits.worse;
  const blocks = blocksToResolve(spread, room);
  const least = leastDecisive(room < 0 ? alpha / family : alpha);
  return Number.isFinite(blocks) ? Math.max(logRatios.length, least, blocks) : null;
}
