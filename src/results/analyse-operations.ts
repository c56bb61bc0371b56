import { max, median, sum } from 'simple-statistics';
import type { Trial, TrialRow } from '../engines/trial.js';
import { Counters, Events } from '../machine/counters.js';
import { lockClasses, type LockClass } from '../machine/lock-class.js';
import { familyConfidence } from '../stats/family.js';
import type { RolePlan } from '../workload/plan.js';
import type { CounterRow, Estimate, OperationRow, Percentile } from './analysis.js';
import { estimateOf, ratioOf, runningLabels, type BlockValues, type Cells } from './cells.js';
import { metricValue, rowCount, subjectRow, timesOf, type Subject } from './metrics.js';
import { percentileOf } from './percentiles.js';
import type { WorkloadResult } from './result.js';

/** Comparisons of the table of operations: rate and p99 of each row against the reference. */
export function operationComparisons(workload: WorkloadResult): number {
  const rows = sum(workload.plan.roles.map((role) => role.rows.length));
  return Math.max(0, runningLabels(workload).length - 1) * rows * 2;
}

/** A row for each role, operation and strategy that has trials. */
export function operationTable(workload: WorkloadResult, cells: Cells): OperationRow[] {
  if (cells.blocks.length === 0) return [];
  const confidence = familyConfidence(operationComparisons(workload));
  const labels = runningLabels(workload);
  return workload.plan.roles.flatMap((role) =>
    role.rows.flatMap((op) =>
      labels.map((label) => operationRow(workload, cells, { role, op }, label, confidence)),
    ),
  );
}

function operationRow(
  workload: WorkloadResult,
  cells: Cells,
  subject: Subject & { readonly op: string },
  label: string,
  confidence: number,
): OperationRow {
  const trials = cells.trials.get(label) ?? [];
  const reference = cells.trials.get(workload.reference) ?? [];
  const isReference = label === workload.reference;
  const stepNs = workload.harness?.clockStepNs ?? 0;
  const rows = trials.flatMap((trial) => subjectRow(trial, subject) ?? []);
  const rates = (of: readonly Trial[]): BlockValues =>
    of.map((trial) => metricValue(trial, { kind: 'throughput' }, subject));
  const p99s = (of: readonly Trial[]): BlockValues =>
    of.map((trial) =>
      metricValue(trial, { kind: 'times', of: 'latency', statistic: 0.99 }, subject),
    );
  const ratio = (values: (of: readonly Trial[]) => BlockValues): Estimate | null =>
    isReference ? null : ratioOf(values(trials), values(reference), confidence);
  const percentile = (of: 'latency' | 'wait' | 'hold', quantile: number): Percentile =>
    percentileOf(trials, subject, of, quantile, stepNs);
  const longest = greatest(rows, (row) => row.maxNs);
  const first = rows.flatMap((row) => row.firstNs);
  return {
    strategy: label,
    role: subject.role.name,
    op: subject.op,
    count: sum(rows.map(rowCount)),
    rate: estimateOf(rates(trials)) ?? { value: 0, low: null, high: null },
    rateRatio: ratio(rates),
    meanNs: estimateOf(rows.map((row) => timesOf(row, 'latency', 'mean')))?.value ?? null,
    p50: percentile('latency', 0.5),
    p99: percentile('latency', 0.99),
    p999: percentile('latency', 0.999),
    p99Ratio: ratio(p99s),
    maxNs: longest,
    maxIsAge: rows.some((row) => row.maxIsAge && row.maxNs === longest),
    waitMeanNs: estimateOf(rows.map((row) => timesOf(row, 'wait', 'mean')))?.value ?? null,
    waitP99: percentile('wait', 0.99),
    waitMaxNs: greatest(rows, (row) => row.waitMaxNs),
    hold99: percentile('hold', 0.99),
    holdMaxNs: greatest(rows, (row) => row.holdMaxNs),
    firstNs: first.length === 0 ? null : median(first),
    gap: greatest(rows, (row) => row.gap),
    openLoop: isOpenLoop(subject.role),
  };
}

/** Rounds start at times of their own, and latencies count from them. */
export const isOpenLoop = (role: RolePlan): boolean => role.rate > 0;

const greatest = (rows: readonly TrialRow[], of: (row: TrialRow) => number): number =>
  rows.length === 0 ? 0 : max(rows.map(of));

/** Adds every field of `from` to that of `to`. */
function addFields<Fields extends object>(to: Fields, from: Readonly<Fields>): void {
  for (const name of Object.keys(to) as (keyof Fields)[]) {
    // Counters and events hold numbers only; a field that an older file lacks counts 0.
    const total = Number(to[name]) + Number((from as Partial<Fields>)[name] ?? 0);
    Object.assign(to, { [name]: total });
  }
}

/** What locks and model did, summed over the trials of each strategy. */
export function counterTable(workload: WorkloadResult, cells: Cells): CounterRow[] {
  return runningLabels(workload).flatMap((label) => {
    const trials = cells.trials.get(label) ?? [];
    return trials.length === 0 ? [] : [counterRow(label, trials)];
  });
}

function counterRow(strategy: string, trials: readonly Trial[]): CounterRow {
  const classes: Partial<Record<LockClass, Counters>> = {};
  const events = new Events();
  for (const trial of trials) {
    addFields(events, trial.events);
    for (const name of lockClasses) {
      const counted = trial.counters[name];
      if (counted !== undefined) addFields((classes[name] ??= new Counters()), counted);
    }
  }
  const seconds = sum(trials.map((trial) => trial.seconds));
  const operations = sum(trials.flatMap((trial) => trial.rows.map(rowCount)));
  const total = (of: (trial: Trial) => number | undefined): number | null => {
    const known = trials.flatMap((trial) => of(trial) ?? []);
    return known.length < trials.length ? null : sum(known);
  };
  const perSecond = (value: number | null): number | null =>
    value === null ? null : value / seconds;
  const cpuSeconds = total((trial) => trial.cpuSeconds);
  return {
    strategy,
    seconds,
    classes,
    events,
    cpuNsPerOperation:
      cpuSeconds === null || operations === 0 ? null : (cpuSeconds * 1e9) / operations,
    voluntarySwitchesPerSecond: perSecond(total((trial) => trial.voluntarySwitches)),
    involuntarySwitchesPerSecond: perSecond(total((trial) => trial.involuntarySwitches)),
  };
}
