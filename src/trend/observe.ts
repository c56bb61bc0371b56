import { estimateOf, ratioOf, type Cells } from '../results/cells.js';
import { firstOperation, metricUnit, metricValue } from '../results/metrics.js';
import { percentileMark } from '../results/percentiles.js';
import type { WorkloadResult } from '../results/result.js';
import { familyWise } from '../stats/family.js';
import { better, metricOf, type Metric } from '../workload/metrics.js';
import type { RolePlan } from '../workload/plan.js';
import type { HistoryMetric, Observation } from './history.js';

/** What these metrics are of the role. Names that are no metric's are left out. */
export const metricsOf = (names: readonly string[], role: RolePlan): readonly HistoryMetric[] =>
  known(names).map(({ name, metric }) => ({
    name,
    op: metric.kind === 'times' ? firstOperation(role) : null,
    unit: metricUnit(metric, { role, op: null }),
    better: better(metric),
  }));

/** Each of these metrics of the role, for every strategy that ran. */
export function observe(
  workload: Pick<WorkloadResult, 'strategies' | 'reference' | 'harness'>,
  cells: Cells,
  role: RolePlan,
  names: readonly string[],
): Observation[] {
  const subject = { role, op: null };
  const stepNs = workload.harness?.clockStepNs ?? 0;
  const running = workload.strategies.filter(({ status }) => status === 'ok');
  return known(names).flatMap(({ name, metric }) => {
    const measured = running.map(({ strategy, repeats }) => {
      const trials = cells.trials.get(strategy.name) ?? [];
      const quantile = quantileOf(metric);
      const values = trials.map((trial) => metricValue(trial, metric, subject));
      const value = estimateOf(values)?.value ?? null;
      const mark =
        quantile === null
          ? 'sound'
          : percentileMark(value, trials, subject, quantile.of, quantile.statistic, stepNs);
      return {
        strategy: strategy.name,
        repeats,
        values: mark === 'none' ? [] : values,
        value: mark === 'none' ? null : value,
        few: mark === 'few',
      };
    });
    const reference = measured.find(({ strategy }) => strategy === workload.reference);
    return measured.map(({ strategy, repeats, values, value, few }): Observation => ({
      strategy,
      repeats,
      metric: name,
      value,
      ratio:
        strategy === workload.reference
          ? null
          : (ratioOf(values, reference?.values ?? [], familyWise)?.value ?? null),
      few: few || reference?.few === true,
    }));
  });
}

const known = (names: readonly string[]): { readonly name: string; readonly metric: Metric }[] =>
  names.flatMap((name) => {
    const metric = metricOf(name);
    return metric === undefined ? [] : [{ name, metric }];
  });

/** What a percentile is one of; null if the metric is none. */
const quantileOf = (metric: Metric) =>
  metric.kind === 'times' && typeof metric.statistic === 'number'
    ? { of: metric.of, statistic: metric.statistic }
    : null;
