import type { StrategyRow, WorkloadAnalysis } from '../results/analysis.js';
import { changeCell, estimateText, percentileSpreadText, shownRatio } from './figures.js';
import { absent, formatShare, formatSi, sparkline } from './format.js';
import { cell, cells, left, right } from './grid.js';
import type { Cell, Grid, Row } from './grid.js';

const sparklineWidth = 8;

/** The main table: one row a strategy, the headline role's throughput and p99 against the reference. */
export function headlineGrid(analysis: WorkloadAnalysis): Grid {
  const { headline, reference } = analysis;
  return {
    title: `${headline.role}: ${headline.unit}, and p99 of ${headline.op}, against ${reference}`,
    columns: [
      left('strategy'),
      right(headline.unit),
      left(`vs ${reference}`),
      right(`p99 ${headline.op}`),
      left(`vs ${reference}`),
      right('share'),
      left('blocks'),
    ],
    rows: analysis.strategies.map(strategyRow),
  };
}

function strategyRow(row: StrategyRow): Row {
  const name = cell(row.strategy, row.isReference ? 'strong' : 'plain');
  if (row.status === 'unsupported') return cells(name, cell('unsupported', 'unsure'), ...blank(5));
  const measured = row.measured;
  if (measured === null) return cells(name, cell('not measured', 'unsure'), ...blank(5));
  return cells(
    name,
    cell(estimateText(measured.throughput, formatSi)),
    row.isReference ? cell('(reference)', 'faint') : changeCell(measured.throughputRatio, 'higher'),
    cell(percentileSpreadText(measured.p99)),
    row.isReference ? cell('') : changeCell(shownRatio(measured.p99, measured.p99Ratio), 'lower'),
    cell(
      measured.minShare === null || measured.maxShare === null
        ? absent
        : `${formatShare(measured.minShare)}/${formatShare(measured.maxShare)}`,
    ),
    row.oversubscribed
      ? cell('oversubscribed', 'unsure')
      : cell(sparkline(measured.blockThroughput, sparklineWidth), 'faint'),
  );
}

const blank = (count: number): readonly Cell[] => Array.from({ length: count }, () => cell(''));
