import type { Trial } from '../engines/trial.js';
import { medianExceedances, soundExceedances } from '../results/percentiles.js';
import type { Verdict } from './comparison.js';
import type { GatedCell } from './gated-cells.js';

/** What a cell was measured with. */
export interface Evidence {
  /** 0.05 for 5 %. */
  readonly margin: number;
  /** Why its strategy was refused; null if it ran. */
  readonly refused: string | null;
  /** The strategy's trials: those of a run, or of each side. */
  readonly trials: readonly (readonly Trial[])[];
  /** Blocks that have a value of the strategy and of the reference; of the side that has fewer. */
  readonly pairs: number;
  /** A/A arms: of a run, or of each side that has one. */
  readonly arms: readonly ArmNoise[];
}

/** How far the reference strategy is from itself. */
export interface ArmNoise {
  readonly reference: string;
  readonly where: 'here' | 'in base' | 'in head';
  /** Greatest bound of its interval as a change; null without an interval. */
  readonly floor: number | null;
  readonly blocks: number;
}

/** What can be said of a cell before any test: that it is not to be judged, or cannot be. */
export interface Settled {
  /** null: it is to be tested. */
  readonly verdict: Verdict | null;
  readonly reason: string;
  readonly blocksNeeded: number | null;
}

export function settle(gated: GatedCell, evidence: Evidence): Settled {
  const { margin, refused, trials, pairs, arms } = evidence;
  if (gated.ignore !== null) return say('ignored', 'gate.ignore names it');
  if (gated.control !== '') return say('ignored', gated.control);
  if (refused !== null) return say('not-judged', `refused: ${refused}`);
  // Whoever names a cell wants it judged; where an entry covers many, the rare ones are left out.
  const isNamed = gated.margin.role !== null && (gated.op === null || gated.margin.op !== null);
  const cannot = isNamed ? 'inconclusive' : 'not-judged';
  const rare = rarity(gated, trials);
  if (rare !== '') return say(cannot, rare);
  if (pairs === 0) return say(cannot, 'no block has a value of both');
  const noisy = arms.find(({ floor }) => floor === null || floor > margin);
  return noisy === undefined ? say(null, '') : noise(noisy, margin);
}

const say = (verdict: Verdict | null, reason: string, blocksNeeded: number | null = null) => ({
  ...{ verdict, reason, blocksNeeded },
});

/** Why a percentile has too few samples above it to be compared; '' if it has enough, or is no percentile. */
export function rarity(
  { metric, role, op }: Pick<GatedCell, 'metric' | 'role' | 'op'>,
  trials: Evidence['trials'],
): string {
  if (metric.kind !== 'times' || typeof metric.statistic !== 'number') return '';
  const { of, statistic } = metric;
  const above = Math.min(
    ...trials.map((side) => medianExceedances(side, { role, op }, of, statistic)),
  );
  return above < soundExceedances
    ? `${Math.floor(above)} samples above it in a trial, and it takes ${soundExceedances}: run longer (--duration)`
    : '';
}

function noise({ reference, where, floor, blocks }: ArmNoise, margin: number): Settled {
  if (floor === null) {
    const reason = `the A/A arm of ${reference} has no interval ${where}: more blocks (--blocks) are needed`;
    return say('noisy', reason);
  }
  const needed = Math.ceil(blocks * (floor / margin) ** 2);
  return say(
    'noisy',
    `${reference} differs from itself by up to ${percent(floor)} ${where}, which is more than the margin of ` +
      `${percent(margin)}: a margin of ${percent(floor)}, or about ${needed} blocks (--blocks), would do`,
    needed,
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}%`;
