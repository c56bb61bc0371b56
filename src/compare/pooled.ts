import { median } from 'simple-statistics';
import type { Trial } from '../engines/trial.js';
import type { Estimate } from '../results/analysis.js';
import { estimateOf, type BlockValues } from '../results/cells.js';
import { metricValue, type Subject } from '../results/metrics.js';
import type { Metric } from '../workload/metrics.js';
import type { Run } from './experiments.js';

/*
 * Several runs of one side are as many more blocks of it. Blocks of different runs are alike only in their ratios to
 * the control of their own block: a run may have been slower as a whole.
 */

/** A strategy's trials in all runs of a side. */
export const pooledTrials = (runs: readonly Run[], label: string): readonly Trial[] =>
  runs.flatMap(({ cells }) => cells.trials.get(label) ?? []);

/** A metric in every block of a side, run after run; null in a run without the strategy. */
export const pooledValues = (
  runs: readonly Run[],
  label: string,
  metric: Metric,
  subject: Subject,
): BlockValues =>
  runs.flatMap(({ cells }): BlockValues => {
    const trials = cells.trials.get(label);
    return trials === undefined
      ? cells.blocks.map(() => null)
      : trials.map((trial) => metricValue(trial, metric, subject));
  });

/** Median of such values; of several runs without an interval, as there blocks are no sample of one thing. */
export function pooledEstimate(runs: readonly Run[], values: BlockValues): Estimate | null {
  if (runs.length === 1) return estimateOf(values);
  const measured = values.filter((value) => value !== null);
  return measured.length === 0 ? null : { value: median(measured), low: null, high: null };
}
