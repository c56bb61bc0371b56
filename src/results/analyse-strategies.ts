import { median, sum } from 'simple-statistics';
import type { Trial } from '../engines/trial.js';
import { lockClasses } from '../machine/lock-class.js';
import { jainIndex, shareRange } from '../stats/fairness.js';
import type { Metric } from '../workload/metrics.js';
import type { Estimate, StrategyMeasured, StrategyRow } from './analysis.js';
import { estimateOf, ratioOf, type BlockValues, type Cells } from './cells.js';
import { metricValue, threadCounts, type Subject } from './metrics.js';
import { percentileOf } from './percentiles.js';
import type { WorkloadResult } from './result.js';

const throughputMetric: Metric = { kind: 'throughput' };
const p99Metric: Metric = { kind: 'times', of: 'latency', statistic: 0.99 };

/** Throughput and p99 of the headline role in each block, by strategy: what the main table compares. */
export interface HeadlineValues {
  readonly throughput: ReadonlyMap<string, BlockValues>;
  readonly p99: ReadonlyMap<string, BlockValues>;
}

export function headlineValues(cells: Cells, subject: Subject): HeadlineValues {
  const each = (metric: Metric): Map<string, BlockValues> =>
    new Map(
      [...cells.trials].map(([label, trials]) => [
        label,
        trials.map((trial) => metricValue(trial, metric, subject)),
      ]),
    );
  return { throughput: each(throughputMetric), p99: each(p99Metric) };
}

/** Share of acquisitions in which a strategy's waiters gave up their CPU, from which it is marked. */
const oversubscribedShare = 0.01;

/** How often waiters gave up their CPU, per acquisition; 0 without acquisitions. */
export function yieldShare(trials: readonly Trial[]): number {
  let yields = 0;
  let acquisitions = 0;
  for (const { counters } of trials) {
    for (const name of lockClasses) {
      yields += counters[name]?.spinYields ?? 0;
      acquisitions += counters[name]?.acquisitions ?? 0;
    }
  }
  return acquisitions === 0 ? 0 : yields / acquisitions;
}

export const isOversubscribed = (trials: readonly Trial[]): boolean =>
  yieldShare(trials) > oversubscribedShare;

/** The rows of the main table. `confidence` is that of each ratio; medians have 95 % each. */
export function strategyRows(
  workload: WorkloadResult,
  cells: Cells,
  subject: Subject,
  values: HeadlineValues,
  confidence: number,
): StrategyRow[] {
  const stepNs = workload.harness?.clockStepNs ?? 0;
  return workload.strategies.map(({ strategy, status, reason, repeats }): StrategyRow => {
    const label = strategy.name;
    const trials = cells.trials.get(label) ?? [];
    const ratio = (of: ReadonlyMap<string, BlockValues>): Estimate | null =>
      label === workload.reference
        ? null
        : ratioOf(of.get(label) ?? [], of.get(workload.reference) ?? [], confidence);
    return {
      strategy: label,
      status,
      reason,
      isReference: label === workload.reference,
      repeats,
      oversubscribed: isOversubscribed(trials),
      measured: measure(trials, subject, values.throughput.get(label) ?? [], stepNs, {
        throughput: ratio(values.throughput),
        p99: ratio(values.p99),
      }),
    };
  });
}

function measure(
  trials: readonly Trial[],
  subject: Subject,
  rates: BlockValues,
  stepNs: number,
  ratios: { readonly throughput: Estimate | null; readonly p99: Estimate | null },
): StrategyMeasured | null {
  const throughput = estimateOf(rates);
  if (throughput === null) return null;
  const counts = trials.map((trial) => threadCounts(trial, subject.role));
  const shares = counts.flatMap((list) => shareRange(list) ?? []);
  // One thread shares with nobody.
  const alone = subject.role.threads < 2;
  const middle = (list: readonly number[]): number | null =>
    alone || list.length === 0 ? null : median([...list]);
  return {
    throughput,
    throughputRatio: ratios.throughput,
    p99: percentileOf(trials, subject, 'latency', 0.99, stepNs),
    p99Ratio: ratios.p99,
    fairness: middle(counts.flatMap((list) => jainIndex(list) ?? [])),
    minShare: middle(shares.map(({ min }) => min)),
    maxShare: middle(shares.map(({ max }) => max)),
    starvationNs: Math.max(
      ...trials.map((trial) => metricValue(trial, { kind: 'starvation' }, subject) ?? 0),
    ),
    blockThroughput: rates.map((rate) => rate ?? 0),
    unsteadyTrials: sum(trials.map(({ unsteady }) => (unsteady ? 1 : 0))),
    trials: trials.length,
  };
}
