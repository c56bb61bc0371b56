import type { ComparedCell, Comparison } from './comparison.js';

/** An invented cell, for tests. */
export const testCell = (changes: Partial<ComparedCell>): ComparedCell => ({
  workload: 'fault-storm',
  threads: 8,
  strategy: 'rwsem-spin',
  role: 'faulter',
  op: null,
  metric: 'throughput',
  unit: 'fault/s',
  better: 'higher',
  base: { value: 612_000, low: 604_000, high: 620_500 },
  head: { value: 598_000, low: 590_000, high: 605_000 },
  change: { value: 0.977, low: 0.962, high: 0.99 },
  level: 0.99,
  margin: 0.05,
  verdict: 'ok',
  confirmed: null,
  blocks: 30,
  blocksNeeded: null,
  pWorse: 0.9,
  reason: '',
  place: { file: 'workloads/fault-storm.yaml', line: 31, column: 3 },
  ...changes,
});

const latency = {
  op: 'fault',
  metric: 'p99',
  unit: 'ns',
  better: 'lower',
  base: { value: 2400, low: 2300, high: 2500 },
  head: { value: 2500, low: 2350, high: 2600 },
  margin: 0.1,
} as const;

/** An invented comparison with a cell of every verdict. */
export const testComparison = (changes: Partial<Comparison> = {}): Comparison => ({
  kind: 'bench',
  base: 'rwsem-fifo',
  head: 'fault-storm',
  engine: 'threads',
  trust: 'A',
  gated: true,
  cells: [
    testCell({
      strategy: 'mutex',
      head: { value: 521_000, low: 510_000, high: 537_000 },
      change: { value: 0.852, low: 0.831, high: 0.878 },
      verdict: 'regressed',
      confirmed: true,
      pWorse: 0.00002,
    }),
    testCell({ ...latency, change: { value: 1.03, low: 0.98, high: 1.09 } }),
    testCell({
      strategy: 'qrwlock',
      head: { value: 603_000, low: 566_000, high: 637_000 },
      change: { value: 0.986, low: 0.925, high: 1.04 },
      verdict: 'inconclusive',
      blocksNeeded: 46,
    }),
    testCell({
      ...latency,
      strategy: 'mutex',
      head: { value: 2430, low: 1900, high: 3100 },
      change: { value: 1.01, low: 0.8, high: 1.3 },
      verdict: 'noisy',
      blocksNeeded: 120,
      reason:
        'rwsem-fifo differs from itself by up to 22% here, which is more than the margin of 10%',
    }),
    testCell({
      strategy: 'rwsem-steal',
      head: { value: 741_000, low: 722_000, high: 765_000 },
      change: { value: 1.21, low: 1.18, high: 1.25 },
      verdict: 'improved',
    }),
    testCell({
      ...latency,
      strategy: 'rwlock',
      head: null,
      change: null,
      level: null,
      verdict: 'not-judged',
      pWorse: null,
      reason: 'refused: role mapper, operation munmap: <a notifier> "sleeps" & waits',
    }),
    testCell({ strategy: 'private', verdict: 'ignored', reason: 'it shares nothing: a bound' }),
  ],
  noise: [
    {
      workload: 'fault-storm',
      metric: 'throughput',
      role: 'faulter',
      op: null,
      ratio: { value: 0.998, low: 0.989, high: 1.009 },
      floor: 0.011,
    },
  ],
  oneSided: [],
  refusals: [],
  warnings: [],
  inconclusive: 'fail',
  ...changes,
});
