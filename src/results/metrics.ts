import { lackedCpu, type Trial, type TrialRow } from '../engines/trial.js';
import { lockClasses } from '../machine/lock-class.js';
import {
  exceedances,
  histogramMean,
  histogramQuantile,
  recordedCount,
  type SparseHistogram,
} from '../measure/sparse-histogram.js';
import { jainIndex, shareRange } from '../stats/fairness.js';
import type { Metric, Statistic, Times } from '../workload/metrics.js';
import type { RolePlan } from '../workload/plan.js';

/** Whose metric: a role, and one of its operations; null is the role as a whole, or its first operation. */
export interface Subject {
  readonly role: RolePlan;
  readonly op: string | null;
}

/** Names of the rows that the role's entries fill; what the harness adds (`refill`) is not among them. */
export function operationRows(role: RolePlan): string[] {
  const used = new Set(role.ops.map((operation) => operation.row));
  return role.rows.filter((_, row) => used.has(row));
}

/** The operation whose latency stands for the role: that of its first entry. */
export function firstOperation(role: RolePlan): string {
  return role.rows[role.ops[0]?.row ?? 0] ?? '';
}

/** The headline role: the one marked `main`, else the first. */
export function headlineRole(roles: readonly RolePlan[]): RolePlan | undefined {
  return roles.find((role) => role.main) ?? roles[0];
}

const repeatedOperations: readonly string[] = ['fault', 'exec-text', 'file-write'];

/**
 * How many operations of its first row a role does in a round, where its entries run in order; null where a
 * round is one operation, or picks by weight: there operations are counted themselves.
 */
function firstRowPerRound(role: RolePlan): number | null {
  if (role.weighted || operationRows(role).length < 2) return null;
  const first = role.ops[0]?.row;
  let times = 0;
  for (const { op, row, pages } of role.ops) {
    if (row === first) times += repeatedOperations.includes(op) ? Math.max(1, pages) : 1;
  }
  return times;
}

/** Unit of a role's throughput: `fault/s`, `rounds/s`, or `op/s` where rounds pick by weight. */
export function throughputUnit(role: RolePlan): string {
  const rows = operationRows(role);
  if (rows.length < 2) return `${rows[0] ?? 'op'}/s`;
  return firstRowPerRound(role) === null ? 'op/s' : 'rounds/s';
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

export function findRow(trial: Trial, role: string, op: string): TrialRow | undefined {
  return trial.rows.find((row) => row.role === role && row.op === op);
}

/** Finished operations of all threads. */
export const rowCount = (row: TrialRow): number => total(row.counts);

/** Throughput of one operation, or of the role in its own unit, per second. */
function throughput(trial: Trial, { role, op }: Subject): number {
  const counted = (name: string): number => {
    const row = findRow(trial, role.name, name);
    return row === undefined ? 0 : rowCount(row);
  };
  if (op !== null) return counted(op) / trial.seconds;
  const perRound = firstRowPerRound(role);
  if (perRound !== null) return counted(firstOperation(role)) / perRound / trial.seconds;
  return total(operationRows(role).map(counted)) / trial.seconds;
}

/** Operations that each thread of the role finished. */
export function threadCounts(trial: Trial, role: RolePlan): number[] {
  const counts = new Array<number>(role.threads).fill(0);
  for (const op of operationRows(role)) {
    findRow(trial, role.name, op)?.counts.forEach((count, thread) => {
      counts[thread] = (counts[thread] ?? 0) + count;
    });
  }
  return counts;
}

const histogramsOf = {
  latency: 'latency',
  wait: 'wait',
  hold: 'hold',
} as const satisfies Record<Times, keyof TrialRow>;

const maximaOf = {
  latency: 'maxNs',
  wait: 'waitMaxNs',
  hold: 'holdMaxNs',
} as const satisfies Record<Times, keyof TrialRow>;

/** Only operations that waited are in the histogram of waits: the others waited 0. */
export const zerosOf = (row: TrialRow, of: Times): number =>
  of === 'wait' ? Math.max(0, rowCount(row) - recordedCount(row.wait)) : 0;

/**
 * A statistic of a row's times in ns; null where nothing was timed. A percentile is the upper edge of a bucket,
 * which may lie beyond the longest time that there was: that is then the closer bound.
 */
export function timesOf(row: TrialRow, of: Times, statistic: Statistic): number | null {
  const max = row[maximaOf[of]];
  if (statistic === 'max') return max;
  const histogram: SparseHistogram = row[histogramsOf[of]];
  const zeros = zerosOf(row, of);
  if (statistic === 'mean') return histogramMean(histogram, zeros);
  const quantile = histogramQuantile(histogram, statistic, zeros);
  return quantile === null ? null : Math.min(quantile, max);
}

/** How many of the row's times lie above the quantile. */
export function exceedancesOf(row: TrialRow, of: Times, quantile: number): number {
  return exceedances(recordedCount(row[histogramsOf[of]]) + zerosOf(row, of), quantile);
}

/** The row that a metric of times is taken from. */
export function subjectRow(trial: Trial, { role, op }: Subject): TrialRow | undefined {
  return findRow(trial, role.name, op ?? firstOperation(role));
}

/**
 * A metric of one trial, in its unit; null where it was not measured, as in a trial whose threads were kept off the
 * CPUs. Counters are those of the whole trial.
 */
export function metricValue(trial: Trial, metric: Metric, subject: Subject): number | null {
  if (lackedCpu(trial)) return null;
  switch (metric.kind) {
    case 'throughput':
      return throughput(trial, subject);
    case 'fairness':
      return jainIndex(threadCounts(trial, subject.role));
    case 'share.min':
      return shareRange(threadCounts(trial, subject.role))?.min ?? null;
    case 'starvation': {
      const rows = trial.rows.filter((row) => row.role === subject.role.name);
      return rows.length === 0 ? null : Math.max(...rows.map((row) => row.starvationNs));
    }
    case 'times': {
      const row = subjectRow(trial, subject);
      return row === undefined ? null : timesOf(row, metric.of, metric.statistic);
    }
    case 'counter': {
      const classes = metric.lockClass === undefined ? lockClasses : [metric.lockClass];
      return total(classes.map((name) => trial.counters[name]?.[metric.counter] ?? 0));
    }
    case 'event':
      return trial.events[metric.event];
  }
}

/** Unit of a metric of the subject. */
export function metricUnit(metric: Metric, { role, op }: Subject): string {
  switch (metric.kind) {
    case 'throughput':
      return op === null ? throughputUnit(role) : 'op/s';
    case 'fairness':
    case 'share.min':
      return 'share';
    case 'starvation':
    case 'times':
      return 'ns';
    case 'counter':
    case 'event':
      return 'count';
  }
}
