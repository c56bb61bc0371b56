import { familyConfidence } from '../stats/family.js';
import { better, metricOf } from '../workload/metrics.js';
import { mainComparisons } from './analyse.js';
import { operationComparisons } from './analyse-operations.js';
import type { Estimate } from './analysis.js';
import { estimateOf, ratioOf, runningLabels, type BlockValues, type Cells } from './cells.js';
import { firstOperation, headlineRole, metricUnit, metricValue, type Subject } from './metrics.js';
import { medianExceedances } from './percentiles.js';
import type { WorkloadResult } from './result.js';

const roleMetrics = ['throughput', 'fairness', 'share.min', 'starvation'];
const operationMetrics = [
  ...['throughput', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'],
  ...['wait.mean', 'wait.p99', 'wait.max', 'hold.mean', 'hold.p99', 'hold.max'],
];

/** One metric of one cell: its values, and what they come to. */
export interface SummaryRow {
  readonly strategy: string;
  readonly subject: Subject;
  /** Name of the metric: `throughput`, `wait.p99`. */
  readonly name: string;
  /** `fault/s`, `ns`, `share`, `count`. */
  readonly unit: string;
  readonly better: 'higher' | 'lower' | 'none';
  /** A value for each block that counts, in order. */
  readonly values: BlockValues;
  /** Median over blocks with its own 95 % interval; null where nothing was measured. */
  readonly estimate: Estimate | null;
  /** To the reference strategy, at `level`; null in its own rows, or without a pair. */
  readonly ratio: Estimate | null;
  /** Confidence of the ratio: that of the table in which it stands. */
  readonly level: number;
  /** Of a percentile: samples above it in the median trial; null for other metrics. */
  readonly exceedances: number | null;
}

/** What a summary is about: each role as a whole, then each of its operations. */
export const summarySubjects = (workload: WorkloadResult): readonly Subject[] =>
  workload.plan.roles.flatMap((role) => [
    { role, op: null },
    ...role.rows.map((op) => ({ role, op })),
  ]);

/** The metrics of one subject under one strategy; none before a block is finished. */
export function summaryRows(
  workload: WorkloadResult,
  cells: Cells,
  strategy: string,
  subject: Subject,
): readonly SummaryRow[] {
  if (cells.blocks.length === 0) return [];
  const names = subject.op === null ? roleMetrics : operationMetrics;
  return names.map((name) => summaryRow(workload, cells, strategy, subject, name));
}

function summaryRow(
  workload: WorkloadResult,
  cells: Cells,
  strategy: string,
  subject: Subject,
  name: string,
): SummaryRow {
  const metric = metricOf(name);
  if (metric === undefined) throw new Error(`no metric is called ${name}`);
  const trials = cells.trials.get(strategy) ?? [];
  const reference = cells.trials.get(workload.reference) ?? [];
  const values = trials.map((trial) => metricValue(trial, metric, subject));
  const than = reference.map((trial) => metricValue(trial, metric, subject));
  const level = levelOf(workload, subject, name);
  return {
    strategy,
    subject,
    name,
    unit: metricUnit(metric, subject),
    better: better(metric),
    values,
    estimate: estimateOf(values),
    ratio: strategy === workload.reference ? null : ratioOf(values, than, level),
    level,
    exceedances:
      metric.kind === 'times' && typeof metric.statistic === 'number'
        ? medianExceedances(trials, subject, metric.of, metric.statistic)
        : null,
  };
}

/** The main table's for the headline role's throughput and its first operation's p99, else the exploratory one's. */
function levelOf(workload: WorkloadResult, { role, op }: Subject, metric: string): number {
  const isHeadline =
    role === headlineRole(workload.plan.roles) &&
    ((op === null && metric === 'throughput') || (op === firstOperation(role) && metric === 'p99'));
  return familyConfidence(
    isHeadline ? mainComparisons(runningLabels(workload).length) : operationComparisons(workload),
  );
}
