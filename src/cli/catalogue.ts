import { builtInLocks } from '../locks/registry.js';
import { describeMachines } from '../engines/sim/describe-machines.js';
import { describeLocks, describeStrategies } from '../strategies/describe.js';
import { better, metricNames, metricOf } from '../workload/metrics.js';
import type { Metric } from '../workload/metrics.js';
import { operationAbouts } from '../workload/operation-abouts.js';
import { operationNames } from '../workload/plan.js';

export type Fact = string | number | boolean | null;

/** What `mmlock list` says of one thing: its name, a line about it, and plain facts. */
export interface Entry {
  readonly name: string;
  readonly about: string;
  readonly [field: string]: Fact;
}

/** What a build knows by name. Plain data, so that `mmlock list` need not load what it lists. */
export interface Catalogue {
  readonly locks: readonly Entry[];
  readonly strategies: readonly Entry[];
  readonly operations: readonly Entry[];
  readonly metrics: readonly Entry[];
  /** The counters again, of each kind of lock: usually they only clutter. */
  readonly lockMetrics: readonly Entry[];
  /** What `sim` runs on, by number of CPUs; each figure of a profile is a text with its source. */
  readonly machines: readonly Entry[];
}

/** The catalogue of the code that runs. */
export const makeCatalogue = (): Catalogue => ({
  locks: describeLocks(builtInLocks).map((lock) => ({ ...lock })),
  strategies: describeStrategies(builtInLocks).map((strategy) => ({ ...strategy })),
  operations: operationNames.map((name) => ({ name, about: operationAbouts[name] })),
  metrics: listMetrics((metric) => !isOfLockClass(metric)),
  lockMetrics: listMetrics(isOfLockClass),
  machines: describeMachines(),
});

const isOfLockClass = (metric: Metric): boolean =>
  metric.kind === 'counter' && metric.lockClass !== undefined;

function listMetrics(wanted: (metric: Metric) => boolean): readonly Entry[] {
  return metricNames.flatMap((name) => {
    const metric = metricOf(name);
    if (metric === undefined || !wanted(metric)) return [];
    return [{ name, about: aboutMetric(metric), unit: unitOf(metric), better: better(metric) }];
  });
}

const timesAbout = {
  latency: 'time of an operation',
  wait: 'time waiting for locks in an operation',
  hold: 'time of holding one lock, the longest of an operation',
} as const;

function aboutMetric(metric: Metric): string {
  switch (metric.kind) {
    case 'throughput':
      return 'operations a second of the role';
    case 'fairness':
      return 'Jain’s index over the threads of the role: 1 is perfectly fair';
    case 'share.min':
      return 'share of the thread that did least, 1 being all operations of the role';
    case 'starvation':
      return 'longest time in which one thread of the role finished nothing';
    case 'times':
      return `${statisticName(metric.statistic)} ${timesAbout[metric.of]}`;
    case 'counter':
      return metric.lockClass === undefined
        ? 'counted by locks, summed over all kinds'
        : `counted by locks of the kind ${metric.lockClass}`;
    case 'event':
      return 'counted by the model';
  }
}

function statisticName(statistic: number | 'mean' | 'max'): string {
  if (statistic === 'mean') return 'mean';
  if (statistic === 'max') return 'greatest';
  return `${Number((statistic * 100).toFixed(2))}th percentile of`;
}

function unitOf(metric: Metric): string {
  switch (metric.kind) {
    case 'throughput':
      return 'op/s';
    case 'fairness':
    case 'share.min':
      return '1';
    case 'starvation':
    case 'times':
      return 'ns';
    case 'counter':
    case 'event':
      return 'count';
  }
}
