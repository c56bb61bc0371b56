import type { OperationRow, WorkloadAnalysis } from '../results/analysis.js';
import { markedCell, percentileText, shownRatio } from './figures.js';
import { absent, formatNs, formatSi } from './format.js';
import { cell, cells, group, left, right } from './grid.js';
import type { Grid, Row } from './grid.js';

/** Per role, operation and strategy: rate, latency, time waiting for locks, time holding them. */
export function operationsGrid(analysis: WorkloadAnalysis): Grid {
  const rows: Row[] = [];
  let heading = '';
  for (const row of sortByOperation(analysis.operations)) {
    const next = headingOf(row);
    if (next !== heading) rows.push(group(next));
    heading = next;
    rows.push(operationRow(row));
  }
  return {
    title: titleOf(analysis.operationComparisons),
    columns: [
      left('strategy'),
      right('op/s'),
      right('p50'),
      right('p99'),
      right('p99.9'),
      right('max'),
      right('wait mean'),
      right('wait p99'),
      right('wait max'),
      right('hold p99'),
      right('hold max'),
    ],
    rows,
  };
}

const titleOf = (comparisons: number): string =>
  comparisons === 0
    ? 'per operation'
    : `per operation (exploratory: marks are 95% family-wise over ${comparisons} comparisons of their own)`;

/** Keeps roles, their operations, and strategies in the order in which they first appear. */
function sortByOperation(rows: readonly OperationRow[]): readonly OperationRow[] {
  const groups = new Map<string, OperationRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.role, row.op]);
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [row]);
    else list.push(row);
  }
  return [...groups.values()].flat();
}

function headingOf(row: OperationRow): string {
  const loop = row.openLoop ? 'open loop: from the intended start' : 'closed loop';
  const sampling = row.gap > 1 ? `, one in ${row.gap} timed` : '';
  return `${row.role} · ${row.op} (${loop}${sampling})`;
}

function operationRow(row: OperationRow): Row {
  if (row.count === 0) {
    return cells(
      cell(row.strategy),
      cell('none finished', 'bad'),
      ...Array.from({ length: 3 }, () => cell(absent, 'faint')),
      cell(age(row.maxNs, row.maxIsAge)),
      ...Array.from({ length: 5 }, () => cell(absent, 'faint')),
    );
  }
  return cells(
    cell(row.strategy),
    markedCell(formatSi(row.rate.value), row.rateRatio, 'higher'),
    cell(percentileText(row.p50)),
    markedCell(percentileText(row.p99), shownRatio(row.p99, row.p99Ratio), 'lower'),
    cell(percentileText(row.p999)),
    cell(age(row.maxNs, row.maxIsAge)),
    cell(row.waitMeanNs === null ? absent : formatNs(row.waitMeanNs)),
    cell(percentileText(row.waitP99)),
    cell(formatNs(row.waitMaxNs)),
    cell(percentileText(row.hold99)),
    cell(row.holdMaxNs === 0 ? absent : formatNs(row.holdMaxNs)),
  );
}

/** `≥` where the operation was still in flight when the window closed. */
const age = (ns: number, inFlight: boolean): string => `${inFlight ? '≥' : ''}${formatNs(ns)}`;
