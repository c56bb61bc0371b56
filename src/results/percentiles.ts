import { median } from 'simple-statistics';
import type { Trial } from '../engines/trial.js';
import type { Times } from '../workload/metrics.js';
import type { Percentile, PercentileMark } from './analysis.js';
import { estimateOf } from './cells.js';
import { exceedancesOf, subjectRow, timesOf, type Subject } from './metrics.js';

/** Samples above a percentile, in the median trial, from which it counts as measured, and as a hint. */
export const soundExceedances = 100;
export const fewExceedances = 10;
/** Steps of the clock under which a time is mostly the clock's. */
const timerSteps = 3;

/** Exceedances of the median trial; 0 without trials. */
export function medianExceedances(
  trials: readonly Trial[],
  subject: Subject,
  of: Times,
  quantile: number,
): number {
  const counts = trials.map((trial) => {
    const row = subjectRow(trial, subject);
    return row === undefined ? 0 : exceedancesOf(row, of, quantile);
  });
  return counts.length === 0 ? 0 : median(counts);
}

/** Not a percentile, or one with enough samples above it to be shown at all. */
export const isShownPercentile = ({
  exceedances,
}: {
  readonly exceedances: number | null;
}): boolean => exceedances === null || exceedances >= fewExceedances;

/** A percentile of a cell, with what must be shown beside it. `clockStepNs` is 0 where it is not known. */
export function percentileOf(
  trials: readonly Trial[],
  subject: Subject,
  of: Times,
  quantile: number,
  clockStepNs: number,
): Percentile {
  const estimate = estimateOf(
    trials.map((trial) => {
      const row = subjectRow(trial, subject);
      return row === undefined ? null : timesOf(row, of, quantile);
    }),
  );
  const value = estimate?.value ?? null;
  return { estimate, mark: percentileMark(value, trials, subject, of, quantile, clockStepNs) };
}

/** What must be shown beside a percentile whose estimate, in ns, is already known; null: it was not measured. */
export function percentileMark(
  value: number | null,
  trials: readonly Trial[],
  subject: Subject,
  of: Times,
  quantile: number,
  clockStepNs: number,
): PercentileMark {
  if (value === null) return 'none';
  const above = medianExceedances(trials, subject, of, quantile);
  if (above < fewExceedances) return 'none';
  // A wait of 0 is no reading of the clock: the operation did not wait.
  if (value > 0 && value < timerSteps * clockStepNs) return 'timer';
  return above < soundExceedances ? 'few' : 'sound';
}
