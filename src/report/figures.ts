import type { Estimate, Percentile } from '../results/analysis.js';
import { absent, formatChange, formatChangeInterval, formatNs, formatSpread } from './format.js';
import { cell } from './grid.js';
import type { Cell, Tone } from './grid.js';

/** Which way a metric is better. */
export type Better = 'higher' | 'lower';

/** What an interval of a ratio says. */
export type Separation = 'better' | 'worse' | 'not-separated' | 'no-interval';

/** `ratio` is to the reference; a bound that touches 1 does not separate. */
export function separationOf(ratio: Estimate, better: Better): Separation {
  if (ratio.low === null || ratio.high === null) return 'no-interval';
  if (ratio.low > 1) return better === 'higher' ? 'better' : 'worse';
  if (ratio.high < 1) return better === 'higher' ? 'worse' : 'better';
  return 'not-separated';
}

/** Beside colour, so that neither a colour-blind reader nor a log loses it. */
export const separationMark: Readonly<Record<Separation, string>> = {
  better: '▲',
  worse: '▼',
  'not-separated': '≈',
  'no-interval': '?',
};

export const separationLegend =
  '▲ better  ▼ worse  ≈ not separated  ? too few blocks for an interval';

const separationTone: Readonly<Record<Separation, Tone>> = {
  better: 'good',
  worse: 'bad',
  'not-separated': 'plain',
  'no-interval': 'unsure',
};

/** `▲ +61.3% [+58.9,+63.0]`. */
export function changeCell(ratio: Estimate | null, better: Better): Cell {
  if (ratio === null) return cell(absent, 'faint');
  const separation = separationOf(ratio, better);
  const interval = formatChangeInterval(ratio.low, ratio.high);
  const text = `${separationMark[separation]} ${formatChange(ratio.value)}`;
  return cell(interval === '' ? text : `${text} ${interval}`, separationTone[separation]);
}

/** A value and the mark of its ratio to the reference: `6.9µs ▲`. */
export function markedCell(text: string, ratio: Estimate | null, better: Better): Cell {
  if (ratio === null) return cell(text);
  const separation = separationOf(ratio, better);
  if (separation === 'no-interval') return cell(text);
  return cell(`${text} ${separationMark[separation]}`, separationTone[separation]);
}

/** `6.12M ±1.4%`. */
export function estimateText(estimate: Estimate, format: (value: number) => string): string {
  const spread = formatSpread(estimate.value, estimate.low, estimate.high);
  return spread === '' ? format(estimate.value) : `${format(estimate.value)} ${spread}`;
}

/** A percentile without its interval: `18.2µs`, `18.2µs?` with few samples above it, `—` with too few. */
export function percentileText(percentile: Percentile): string {
  if (percentile.estimate === null || percentile.mark === 'none') return absent;
  const text = formatNs(percentile.estimate.value);
  if (percentile.mark === 'few') return `${text}?`;
  return percentile.mark === 'timer' ? `${text} ≈timer` : text;
}

/** A percentile with its interval: `18.2µs ±3%`. */
export function percentileSpreadText(percentile: Percentile): string {
  const text = percentileText(percentile);
  if (percentile.estimate === null || text === absent) return text;
  const { value, low, high } = percentile.estimate;
  const spread = formatSpread(value, low, high);
  return spread === '' ? text : `${text} ${spread}`;
}

/** The ratio of a percentile, unless the percentile itself is not shown for want of samples. */
export const shownRatio = (percentile: Percentile, ratio: Estimate | null): Estimate | null =>
  percentileText(percentile) === absent ? null : ratio;
