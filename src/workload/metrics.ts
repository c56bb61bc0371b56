import { Counters, Events } from '../machine/counters.js';
import { lockClasses, type LockClass } from '../machine/lock-class.js';

/** Percentiles that can be asked for, by name. */
export const percentiles = {
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
} as const;

/** What is taken of a distribution: its mean, its greatest value, or a quantile between 0 and 1. */
export type Statistic = 'mean' | 'max' | number;

/** Which times: of whole operations, waiting for locks inside them, or holding one. ns. */
export type Times = 'latency' | 'wait' | 'hold';

/** What a metric's name means. */
export type Metric =
  | { readonly kind: 'throughput' | 'fairness' | 'share.min' | 'starvation' }
  | { readonly kind: 'times'; readonly of: Times; readonly statistic: Statistic }
  /** Summed over all lock classes unless one is named. */
  | { readonly kind: 'counter'; readonly counter: keyof Counters; readonly lockClass?: LockClass }
  | { readonly kind: 'event'; readonly event: keyof Events };

/** `spinYields` is `spin_yields` wherever a user reads or writes it. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const all = new Map<string, Metric>();
all.set('throughput', { kind: 'throughput' });
for (const [of, prefix] of [
  ['latency', ''],
  ['wait', 'wait.'],
  ['hold', 'hold.'],
] as const) {
  all.set(`${prefix}mean`, { kind: 'times', of, statistic: 'mean' });
  for (const [name, quantile] of Object.entries(percentiles)) {
    all.set(`${prefix}${name}`, { kind: 'times', of, statistic: quantile });
  }
  all.set(`${prefix}max`, { kind: 'times', of, statistic: 'max' });
}
for (const kind of ['fairness', 'share.min', 'starvation'] as const) all.set(kind, { kind });
const counterNames = Object.keys(new Counters()) as (keyof Counters)[];
for (const counter of counterNames) all.set(snakeCase(counter), { kind: 'counter', counter });
for (const event of Object.keys(new Events()) as (keyof Events)[]) {
  all.set(snakeCase(event), { kind: 'event', event });
}
for (const lockClass of lockClasses) {
  for (const counter of counterNames) {
    all.set(`${lockClass}.${snakeCase(counter)}`, { kind: 'counter', counter, lockClass });
  }
}

/** Every metric that a claim or a gate can name, in the order in which they are listed. */
export const metricNames: readonly string[] = [...all.keys()];

/** What the name means, or undefined if there is no such metric. */
export const metricOf = (name: string): Metric | undefined => all.get(name);

/** Which way is good; `none` where neither is. */
export function better(metric: Metric): 'higher' | 'lower' | 'none' {
  switch (metric.kind) {
    case 'throughput':
    case 'fairness':
    case 'share.min':
      return 'higher';
    case 'starvation':
    case 'times':
      return 'lower';
    case 'counter':
    case 'event':
      return 'none';
  }
}
