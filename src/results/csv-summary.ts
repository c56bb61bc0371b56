import { familyWise } from '../stats/family.js';
import type { Estimate } from './analysis.js';
import { cellsOf } from './cells.js';
import { cellFields } from './csv.js';
import { csvText, type Field } from './csv-text.js';
import type { Result } from './result.js';
import { summaryRows, summarySubjects, type SummaryRow } from './summary.js';

/** Columns of the summary: one row for each cell and metric. */
export const summaryColumns: readonly string[] = [
  ...['workload', 'engine', 'strategy', 'threads', 'cell', 'role', 'op', 'metric', 'unit'],
  ...['better', 'median', 'ci_lo', 'ci_hi', 'n', 'ratio', 'ratio_lo', 'ratio_hi', 'level'],
  'verdict',
];

/**
 * Medians over blocks with 95 % intervals, each its own; ratios to the reference strategy at `level`, the
 * confidence of the table in which they stand. `verdict` says on which side of 1 the ratio lies.
 */
export function summaryCsv(result: Result): string {
  const records = result.workloads.flatMap((workload) => {
    const cells = cellsOf(workload);
    const subjects = summarySubjects(workload);
    return workload.strategies.flatMap(({ strategy, status, reason }) => {
      const fields = cellFields(result, workload, strategy.name);
      if (status === 'unsupported') {
        return [{ ...fields, verdict: `unsupported: ${reason ?? 'no reason given'}` }];
      }
      const isReference = strategy.name === workload.reference;
      return subjects
        .flatMap((subject) => summaryRows(workload, cells, strategy.name, subject))
        .map((row) => ({ ...fields, ...metricFields(row, isReference) }));
    });
  });
  return csvText(summaryColumns, records);
}

function metricFields(row: SummaryRow, isReference: boolean): Record<string, Field> {
  const { subject, name, unit, better, values, estimate, ratio, level } = row;
  return {
    role: subject.role.name,
    op: subject.op,
    metric: name,
    unit,
    better,
    median: estimate?.value,
    ci_lo: estimate?.low,
    ci_hi: estimate?.high,
    n: values.filter((value) => value !== null).length,
    ratio: ratio?.value,
    ratio_lo: ratio?.low,
    ratio_hi: ratio?.high,
    level: ratio === null ? familyWise : level,
    verdict: isReference ? 'reference' : ratio === null ? null : sideOf(ratio, better),
  };
}

function sideOf({ low, high }: Estimate, good: 'higher' | 'lower' | 'none'): string {
  if (low === null || high === null) return 'no interval';
  if (low <= 1 && high >= 1) return 'not separated';
  if (good === 'none') return low > 1 ? 'higher' : 'lower';
  return low > 1 === (good === 'higher') ? 'better' : 'worse';
}
