import type { ComparedCell, Comparison, Verdict } from '../gate/comparison.js';
import { cell, cells, left, right } from './grid.js';
import type { Grid, Tone } from './grid.js';
import {
  cellName,
  changeText,
  experimentName,
  marginText,
  measureName,
  metricName,
  valueText,
  verdictText,
} from './verdict-words.js';

const tones: Readonly<Record<Verdict, Tone>> = {
  regressed: 'bad',
  improved: 'good',
  ok: 'plain',
  inconclusive: 'unsure',
  noisy: 'unsure',
  ignored: 'faint',
  'not-judged': 'faint',
  ungated: 'plain',
};

/** Numbers first, then what they come to. What all cells have in common stands in the title, not in each row. */
export function verdictsGrid(comparison: Comparison, shown: readonly ComparedCell[]): Grid {
  const experiments = new Set(comparison.cells.map(experimentName));
  const [experiment] = experiments.size === 1 ? experiments : [];
  const oneRole = new Set(comparison.cells.map(({ role }) => role)).size === 1;
  return {
    title: titleOf(comparison, experiment),
    columns: [
      left(experiment === undefined ? 'cell' : 'strategy'),
      left('metric'),
      right('base'),
      right('head'),
      left('change'),
      right('margin'),
      left('verdict'),
    ],
    rows: shown.map((one) =>
      cells(
        cell(experiment === undefined ? cellName(one) : one.strategy),
        cell(oneRole ? measureName(one) : metricName(one)),
        cell(valueText(one, one.base)),
        cell(valueText(one, one.head)),
        cell(changeText(one), tones[one.verdict]),
        cell(marginText(one.margin)),
        cell(verdictText(one), tones[one.verdict]),
      ),
    ),
  };
}

function titleOf({ kind, base, head }: Comparison, experiment: string | undefined): string {
  if (experiment === undefined) return `${head} against ${base}`;
  return kind === 'bench'
    ? `${experiment} against ${base}`
    : `${experiment}: ${head} against ${base}`;
}
