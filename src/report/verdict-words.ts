import type {
  ComparedCell,
  Comparison,
  NoiseFloor,
  OneSided,
  Verdict,
} from '../gate/comparison.js';
import { outcomeStatus, summaryOf } from '../gate/outcome.js';
import type { Estimate } from '../results/analysis.js';
import { separationMark, separationOf } from './figures.js';
import { absent, formatChange, formatChangeInterval, formatInUnit } from './format.js';
import type { VerdictOptions } from './verdicts.js';

/** `fault-storm/threads=8`: what the strategies of one table have in common. */
export const experimentName = ({ workload, threads }: ComparedCell): string =>
  `${workload}/threads=${threads}`;

/** Names a cell as other reports do: `fault-storm/threads=8/mutex`. */
export const cellName = (cell: ComparedCell): string => `${experimentName(cell)}/${cell.strategy}`;

/** What was measured of a role: `throughput`, `fault p99`. */
export const measureName = ({ op, metric }: Pick<ComparedCell, 'op' | 'metric'>): string =>
  op === null ? metric : `${op} ${metric}`;

/** `faulter throughput`, `faulter fault p99`. */
export const metricName = (of: Pick<ComparedCell, 'role' | 'op' | 'metric'>): string =>
  `${of.role} ${measureName(of)}`;

/** A value in the unit of its metric: `612k/s`, `18.2µs`, `97.0%`. */
export const valueText = ({ unit }: ComparedCell, estimate: Estimate | null): string =>
  estimate === null ? absent : formatInUnit(estimate.value, unit);

const ratioText = ({ value, low, high }: Estimate): string =>
  `${formatChange(value)} ${formatChangeInterval(low, high)}`.trimEnd();

/** `−14.8% [−16.9,−12.2]`. */
export const changeText = ({ change }: ComparedCell): string =>
  change === null ? absent : ratioText(change);

/** `5%`, as whoever set it would write it. */
export const marginText = (margin: number | null): string =>
  margin === null ? absent : `${Number((margin * 100).toPrecision(3))}%`;

/** `▼ REGRESSED (confirmed 2/2)`, `≈ ok (proven within 10%)`, `? inconclusive (needs ~46 blocks)`. */
export function verdictText(cell: ComparedCell): string {
  const { verdict, confirmed, margin, blocksNeeded } = cell;
  const needed = blocksNeeded === null ? '' : ` (needs ~${blocksNeeded} blocks)`;
  switch (verdict) {
    case 'regressed':
      return `▼ REGRESSED${confirmed === true ? ' (confirmed 2/2)' : ''}`;
    case 'improved':
      return `▲ improved (by over ${marginText(margin)})`;
    case 'ok':
      return `≈ ok (proven within ${marginText(margin)})`;
    case 'inconclusive':
      return `? inconclusive${confirmed === false ? ' (regressed 1/2)' : needed}`;
    case 'noisy':
      return `? noisy${needed}`;
    case 'ignored':
      return 'ignored';
    case 'not-judged':
      return 'not judged';
    case 'ungated':
      return ungatedText(cell);
  }
}

/** Which way the interval lies, where no margin says how far would be too far. */
function ungatedText({ change, better }: ComparedCell): string {
  if (change === null) return absent;
  if (better === 'none') return 'no margin';
  const separation = separationOf(change, better);
  return `${separationMark[separation]} ${separation.replace('-', ' ')}`;
}

/** Verdict, figures and reason in one line, for forms without columns. */
export function cellText(cell: ComparedCell): string {
  const figures = `${valueText(cell, cell.base)} to ${valueText(cell, cell.head)}`;
  const reason = cell.reason === '' ? '' : `; ${cell.reason}`;
  return `${changeText(cell)} (${figures}), margin ${marginText(cell.margin)}: ${verdictText(cell)}${reason}`;
}

/** `faulter throughput −0.2% [−1.1,+0.9]`. */
export const noiseText = (noise: NoiseFloor): string =>
  `${metricName(noise)} ${ratioText(noise.ratio)}`;

/** `only in base: fault-storm/threads=8/mutex (reason)`. */
export const oneSidedText = ({ cell, side, reason }: OneSided): string =>
  `only in ${side}: ${cell}${reason === '' ? '' : ` (${reason})`}`;

const trusts: Readonly<Record<Comparison['trust'], string>> = {
  A: 'trust A: same blocks',
  B: 'trust B: same fingerprint, ratios to the reference strategy',
  C: 'trust C: fingerprints differ, no verdicts',
};

function trustText({ trust, cells }: Comparison): string {
  const blocks = cells.map((cell) => cell.blocks).filter((count) => count > 0);
  if (blocks.length === 0) return trusts[trust];
  const least = Math.min(...blocks);
  const most = Math.max(...blocks);
  return `${trusts[trust]}, ${least === most ? least : `${least} to ${most}`} blocks`;
}

/** The exit status of the command; null where verdicts do not decide it. */
export const exitOf = (
  comparisons: readonly Comparison[],
  options: VerdictOptions,
): number | null =>
  comparisons.some(({ gated }) => gated)
    ? (options.exit ?? outcomeStatus[summaryOf(comparisons).outcome])
    : null;

/** `exit 1: 1 regression, 1 inconclusive (trust A: same blocks, 30 blocks)`. */
export function summaryText(comparisons: readonly Comparison[], options: VerdictOptions): string {
  const exit = exitOf(comparisons, options);
  const trust = [...new Set(comparisons.map(trustText))].join('; ');
  const text = `${summaryOf(comparisons).text}${trust === '' ? '' : ` (${trust})`}`;
  return exit === null ? text : `exit ${exit}: ${text}`;
}

/** From what one need not look at to what one must. */
const order: readonly Verdict[] = [
  'ungated',
  'ignored',
  'not-judged',
  'ok',
  'improved',
  'noisy',
  'inconclusive',
  'regressed',
];

/** ln of the change, turned so that more is worse; what has no change or no better way sorts first. */
function badness({ change, better }: ComparedCell): number {
  if (change === null || better === 'none') return -Infinity;
  return better === 'lower' ? Math.log(change.value) : -Math.log(change.value);
}

/** Sorts cells so that the worst comes last: by verdict, then by change. */
export const byBadness = (a: ComparedCell, b: ComparedCell): number =>
  order.indexOf(a.verdict) - order.indexOf(b.verdict) ||
  (badness(a) < badness(b) ? -1 : badness(a) > badness(b) ? 1 : 0);
