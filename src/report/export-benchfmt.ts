import { fingerprintOf } from '../results/fingerprint.js';
import type { Trial } from '../engines/trial.js';
import { analyse } from '../results/analyse.js';
import { cellsOf, runningLabels, type Cells } from '../results/cells.js';
import { shortened } from '../results/csv-text.js';
import { findRow, rowCount, threadCounts, type Subject } from '../results/metrics.js';
import { isShownPercentile } from '../results/percentiles.js';
import type { Result, WorkloadResult } from '../results/result.js';
import { summaryRows, summarySubjects, type SummaryRow } from '../results/summary.js';
import { escapeName } from './escape-name.js';
import { runComments, workloadComments } from './export-comments.js';
import type { Export } from './exports.js';

/**
 * Go's benchmark format (https://golang.org/design/14313-benchmark-format), for benchstat and its like: a line for
 * each block, role and operation, so that the number of lines of a name is the n of its statistics.
 *
 * Configuration lines hold the fingerprint and nothing else: readers compare only what has the same configuration.
 */
export const benchfmtExport: Export = (result) => {
  const { workloads } = analyse(result);
  const sections = result.workloads.map((workload, index) => {
    const analysis = workloads[index];
    return [
      ...(analysis === undefined ? [] : workloadComments(analysis)),
      ...configuration(result, workload),
      ...benchmarks(workload),
    ];
  });
  const units = new Map(result.workloads.flatMap(rowsOf).map((row) => [unitOf(row), row.better]));
  return [
    ...runComments(result),
    ...[...units].map(([unit, better]) => `Unit ${unit} better=${better}\n`),
    ...sections.flatMap((section) => ['\n', ...section]),
  ].join('');
};

/** Keys have neither blanks nor capitals, a value is one line; what could not be read is `unknown`. */
const configuration = (result: Result, workload: WorkloadResult): readonly string[] =>
  Object.entries(fingerprintOf(result, workload)).map(([field, value]) => {
    const key = field.toLowerCase().replaceAll(' ', '-');
    return `${key}: ${(value ?? 'unknown').replace(/[\s\p{Cc}]+/gu, ' ').trim()}\n`;
  });

function benchmarks(workload: WorkloadResult): readonly string[] {
  const cells = cellsOf(workload);
  return cellNames(workload).flatMap(({ strategy, subject }) => {
    const rows = shownRows(workload, cells, strategy, subject);
    const name = benchmarkName(workload, strategy, subject);
    return (cells.trials.get(strategy) ?? []).flatMap((trial, block) => {
      const values = rows.flatMap((row) => {
        const value = row.values[block] ?? null;
        return value === null || !Number.isFinite(value)
          ? []
          : [`${shortened(value)} ${unitOf(row)}`];
      });
      // A trial whose threads were kept off the CPUs has none.
      if (values.length === 0) return [];
      return [`${[name, countOf(trial, subject), ...values].join('\t')}\n`];
    });
  });
}

function cellNames(workload: WorkloadResult) {
  const subjects = summarySubjects(workload);
  return runningLabels(workload).flatMap((strategy) =>
    subjects.map((subject) => ({ strategy, subject })),
  );
}

const rowsOf = (workload: WorkloadResult): readonly SummaryRow[] => {
  const cells = cellsOf(workload);
  return cellNames(workload).flatMap(({ strategy, subject }) =>
    shownRows(workload, cells, strategy, subject),
  );
};

/** Without percentiles that rest on too few samples: here nothing could say so beside them. */
const shownRows = (
  workload: WorkloadResult,
  cells: Cells,
  strategy: string,
  subject: Subject,
): readonly SummaryRow[] =>
  summaryRows(workload, cells, strategy, subject).filter(isShownPercentile);

/** `Benchmarkfault-storm/strategy=mutex/role=faulter/op=fault-8`: keys and values, then the number of threads. */
function benchmarkName({ name, plan }: WorkloadResult, strategy: string, subject: Subject): string {
  const { role, op } = subject;
  const parts = { strategy, role: role.name, ...(op === null ? {} : { op }) };
  const keys = Object.entries(parts).map(([key, value]) => `/${key}=${escapeName(value)}`);
  return `Benchmark${escapeName(name)}${keys.join('')}-${plan.threads}`;
}

/** Operations that the figures are of. */
function countOf(trial: Trial, { role, op }: Subject): number {
  if (op === null) return threadCounts(trial, role).reduce((sum, count) => sum + count, 0);
  const row = findRow(trial, role.name, op);
  return row === undefined ? 0 : rowCount(row);
}

/** Readers take what follows the last hyphen for the unit, and what precedes it for what is measured. */
function unitOf({ name, unit }: SummaryRow): string {
  if (name === 'throughput') return unit;
  const measured = name.replace(/^(wait|hold|share)\./, '$1-');
  if (unit === 'share') return measured;
  return name === 'starvation' ? `${measured}-${unit}` : `${measured}-${unit}/op`;
}
