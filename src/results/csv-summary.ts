import { familyConfidence, familyWise } from '../stats/family.js';
import { better, metricOf } from '../workload/metrics.js';
import { mainComparisons } from './analyse.js';
import { operationComparisons } from './analyse-operations.js';
import type { Estimate } from './analysis.js';
import {
  cellsOf,
  estimateOf,
  ratioOf,
  runningLabels,
  type BlockValues,
  type Cells,
} from './cells.js';
import { cellFields } from './csv.js';
import { csvText, type Field } from './csv-text.js';
import { firstOperation, headlineRole, metricUnit, metricValue, type Subject } from './metrics.js';
import type { Result, WorkloadResult } from './result.js';

/** Columns of the summary: one row for each cell and metric. */
export const summaryColumns: readonly string[] = [
  ...[
    'workload',
    'engine',
    'strategy',
    'threads',
    'cell',
    'role',
    'op',
    'metric',
    'unit',
    'better',
  ],
  ...['median', 'ci_lo', 'ci_hi', 'n', 'ratio', 'ratio_lo', 'ratio_hi', 'level', 'verdict'],
];

const roleMetrics = ['throughput', 'fairness', 'share.min', 'starvation'];
const operationMetrics = [
  ...['throughput', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'],
  ...['wait.mean', 'wait.p99', 'wait.max', 'hold.mean', 'hold.p99', 'hold.max'],
];

/**
 * Medians over blocks with 95 % intervals, each its own; ratios to the reference strategy at `level`, the
 * confidence of the table in which they stand: the main table's for the headline role's throughput and its
 * first operation's p99, else the exploratory one's. `verdict` says on which side of 1 the ratio lies.
 */
export function summaryCsv(result: Result): string {
  const records = result.workloads.flatMap((workload) => {
    const cells = cellsOf(workload);
    return workload.strategies.flatMap(({ strategy, status, reason }) => {
      const fields = cellFields(result, workload, strategy.name);
      if (status === 'unsupported') {
        return [{ ...fields, verdict: `unsupported: ${reason ?? 'no reason given'}` }];
      }
      return cells.blocks.length === 0
        ? []
        : subjects(workload).flatMap((subject) =>
            (subject.op === null ? roleMetrics : operationMetrics).map((metric) => ({
              ...fields,
              ...metricFields(workload, cells, strategy.name, subject, metric),
            })),
          );
    });
  });
  return csvText(summaryColumns, records);
}

/** Each role as a whole, then each of its operations. */
const subjects = (workload: WorkloadResult): Subject[] =>
  workload.plan.roles.flatMap((role) => [
    { role, op: null },
    ...role.rows.map((op) => ({ role, op })),
  ]);

function metricFields(
  workload: WorkloadResult,
  cells: Cells,
  label: string,
  subject: Subject,
  name: string,
): Record<string, Field> {
  const metric = metricOf(name);
  if (metric === undefined) throw new Error(`no metric is called ${name}`);
  const values = (strategy: string): BlockValues =>
    (cells.trials.get(strategy) ?? []).map((trial) => metricValue(trial, metric, subject));
  const own = values(label);
  const estimate = estimateOf(own);
  const level = levelOf(workload, subject, name);
  const isReference = label === workload.reference;
  const ratio = isReference ? null : ratioOf(own, values(workload.reference), level);
  return {
    role: subject.role.name,
    op: subject.op,
    metric: name,
    unit: metricUnit(metric, subject),
    better: better(metric),
    median: estimate?.value,
    ci_lo: estimate?.low,
    ci_hi: estimate?.high,
    n: own.filter((value) => value !== null).length,
    ratio: ratio?.value,
    ratio_lo: ratio?.low,
    ratio_hi: ratio?.high,
    level: ratio === null ? familyWise : level,
    verdict: isReference ? 'reference' : ratio === null ? null : sideOf(ratio, better(metric)),
  };
}

/** Confidence of the ratio: that of the table in which it stands. */
function levelOf(workload: WorkloadResult, { role, op }: Subject, metric: string): number {
  const isHeadline =
    role === headlineRole(workload.plan.roles) &&
    ((op === null && metric === 'throughput') || (op === firstOperation(role) && metric === 'p99'));
  return familyConfidence(
    isHeadline ? mainComparisons(runningLabels(workload).length) : operationComparisons(workload),
  );
}

function sideOf({ low, high }: Estimate, good: 'higher' | 'lower' | 'none'): string {
  if (low === null || high === null) return 'no interval';
  if (low <= 1 && high >= 1) return 'not separated';
  if (good === 'none') return low > 1 ? 'higher' : 'lower';
  return low > 1 === (good === 'higher') ? 'better' : 'worse';
}
