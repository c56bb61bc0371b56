import { Counters, Events } from '../machine/counters.js';
import type {
  Analysis,
  Estimate,
  OperationRow,
  Percentile,
  StrategyRow,
  WorkloadAnalysis,
} from '../results/analysis.js';
import type { Environment } from '../results/environment.js';
import type { Result, WorkloadResult } from '../results/result.js';
import type { Plan } from '../workload/plan.js';
import type { ReportInput } from './report.js';

const estimate = (value: number, low: number | null, high: number | null): Estimate => ({
  value,
  low,
  high,
});
const exact = (value: number): Estimate => estimate(value, null, null);
const sound = (value: number, low: number, high: number): Percentile => ({
  estimate: estimate(value, low, high),
  mark: 'sound',
});

const plan: Plan = {
  workload: 'fault-storm',
  seed: 7,
  threads: 4,
  space: {
    processes: 1,
    regions: [],
    mappablePages: 0,
    frames: 0,
    memoryBytes: 0,
    notifierShare: 0,
    notifierNs: 0,
  },
  roles: [role('faulter', 3, ['fault']), role('mapper', 1, ['mmap', 'munmap'])],
  actors: [],
  run: { durationNs: 500_000_000, warmupNs: 200_000_000, blocks: 12 },
  userLocks: {},
};

function role(name: string, threads: number, rows: readonly string[]): Plan['roles'][number] {
  return {
    name,
    main: name === 'faulter',
    threads,
    ops: [],
    weighted: false,
    rows,
    thinkNs: 0,
    rate: 0,
    arrival: 'poisson',
  };
}

function strategy(name: string, changes: Partial<StrategyRow>): StrategyRow {
  return {
    strategy: name,
    status: 'ok',
    reason: null,
    isReference: false,
    repeats: null,
    oversubscribed: false,
    measured: null,
    ...changes,
  };
}

const measuredDefaults = {
  fairness: 0.99,
  minShare: 0.111,
  maxShare: 0.139,
  starvationNs: 2_000_000,
  blockThroughput: [6, 6, 5, 6, 7, 6, 6, 6, 6, 6, 6, 6],
  unsteadyTrials: 0,
  trials: 12,
};

const strategies: readonly StrategyRow[] = [
  strategy('rwsem-spin', {
    isReference: true,
    measured: {
      ...measuredDefaults,
      throughput: estimate(612_000, 604_000, 620_500),
      throughputRatio: null,
      p99: sound(18_200, 17_700, 18_500),
      p99Ratio: null,
    },
  }),
  strategy('rwsem-fifo', {
    measured: {
      ...measuredDefaults,
      throughput: estimate(403_000, 400_000, 405_000),
      throughputRatio: estimate(0.658, 0.644, 0.669),
      p99: { estimate: estimate(212_000, 150_000, 270_000), mark: 'few' },
      p99Ratio: estimate(11.65, 8.9, 15.6),
      minShare: 0.012,
      maxShare: 0.38,
      blockThroughput: [8, 4, 0.5, 8, 8, 8, 8, 8, 8, 8, 8, 8],
    },
  }),
  strategy('mutex', {
    oversubscribed: true,
    measured: {
      ...measuredDefaults,
      throughput: estimate(979_000, 920_000, 1_031_000),
      throughputRatio: estimate(1.598, 1.49, 1.687),
      p99: sound(6_900, 6_800, 7_000),
      p99Ratio: estimate(0.38, 0.36, 0.4),
    },
  }),
  strategy('rwlock', {
    status: 'unsupported',
    reason:
      'role mapper, operation munmap: a notifier callback sleeps under mmap_lock, and the holder of rwlock may not sleep',
  }),
  strategy('(A/A) rwsem-spin', {
    repeats: 'rwsem-spin',
    measured: {
      ...measuredDefaults,
      throughput: estimate(610_000, 600_000, 620_000),
      throughputRatio: estimate(0.997, 0.984, 1.012),
      p99: sound(18_400, 17_900, 18_800),
      p99Ratio: estimate(1.01, 0.98, 1.05),
    },
  }),
];

function operation(
  name: string,
  role: string,
  op: string,
  changes: Partial<OperationRow>,
): OperationRow {
  return {
    strategy: name,
    role,
    op,
    count: 3_600_000,
    rate: estimate(612_000, 604_000, 620_500),
    rateRatio: null,
    meanNs: 4_600,
    p50: sound(3_200, 3_100, 3_300),
    p99: sound(18_200, 17_700, 18_500),
    p999: { estimate: exact(80_000), mark: 'few' },
    p99Ratio: null,
    maxNs: 3_400_000,
    maxIsAge: false,
    waitMeanNs: 1_100,
    waitP99: sound(15_000, 14_000, 16_000),
    waitMaxNs: 3_390_000,
    hold99: sound(900, 880, 930),
    holdMaxNs: 120_000,
    firstNs: 21_000,
    gap: 1,
    openLoop: false,
    ...changes,
  };
}

const workload: WorkloadAnalysis = {
  workload: 'fault-storm',
  file: 'fault-storm.yaml',
  threads: 4,
  blocks: 12,
  blocksPlanned: 12,
  reference: 'rwsem-spin',
  headline: { role: 'faulter', op: 'fault', unit: 'fault/s' },
  strategies,
  comparisons: 6,
  fastest: {
    type: 'winner',
    strategy: 'mutex',
    runnerUp: 'rwsem-spin',
    ratio: estimate(1.598, 1.49, 1.687),
  },
  repeatArm: {
    strategy: 'rwsem-spin',
    throughputRatio: estimate(0.997, 0.984, 1.012),
    p99Ratio: estimate(1.01, 0.98, 1.05),
    ok: true,
  },
  resolvable: { throughput: 0.026, p99: 0.07 },
  operations: [
    operation('rwsem-spin', 'faulter', 'fault', { gap: 8 }),
    operation('rwsem-spin', 'mapper', 'munmap', {
      openLoop: true,
      p99: { estimate: exact(62), mark: 'timer' },
    }),
    operation('mutex', 'faulter', 'fault', {
      gap: 8,
      rateRatio: estimate(1.598, 1.49, 1.687),
      p99Ratio: estimate(0.38, 0.36, 0.4),
    }),
    operation('mutex', 'mapper', 'munmap', {
      openLoop: true,
      count: 0,
      maxNs: 500_000_000,
      maxIsAge: true,
    }),
  ],
  operationComparisons: 8,
  counters: [
    {
      strategy: 'rwsem-spin',
      seconds: 6,
      classes: {
        mmap_lock: counters({
          acquisitions: 3_600_000,
          contended: 400_000,
          spins: 390_000,
          sleeps: 9_000,
        }),
        zone: counters({ acquisitions: 100_000 }),
      },
      events: events({ spurious: 600, missedHits: 0 }),
      cpuNsPerOperation: 3_300,
      voluntarySwitchesPerSecond: 1_500,
      involuntarySwitchesPerSecond: 40,
    },
    {
      strategy: 'mutex',
      seconds: 6,
      classes: {
        mmap_lock: counters({ acquisitions: 5_800_000, contended: 300_000, sleeps: 600 }),
      },
      events: events({ spurious: 0 }),
      cpuNsPerOperation: null,
      voluntarySwitchesPerSecond: null,
      involuntarySwitchesPerSecond: null,
    },
  ],
  claims: [
    {
      claim: {
        kind: 'ratio',
        text: 'the mutex halves the tail',
        line: 30,
        metric: 'p99',
        role: null,
        op: null,
        of: { strategy: 'mutex', threads: null },
        than: { strategy: 'rwsem-spin', threads: null },
        range: { min: null, max: 0.35 },
      },
      verdict: 'refuted',
      estimate: estimate(0.38, 0.36, 0.4),
      unit: 'ratio',
      reason: 'asked for at most 0.35',
    },
    {
      claim: {
        kind: 'unsupported',
        text: 'a spinning lock cannot be held over a sleep',
        line: 40,
        of: { strategy: 'rwlock', threads: null },
      },
      verdict: 'holds',
      estimate: null,
      unit: '',
      reason: '',
    },
  ],
  notes: [
    {
      type: 'timer',
      stepNs: 31,
      text: 'some latencies are under three steps of the clock (31 ns)',
      advice: 'read them as an upper bound',
    },
    { type: 'unsupported', strategy: 'rwlock', text: 'rwlock is unsupported', advice: '' },
  ],
  faults: [],
};

function counters(changes: Partial<Counters>): Counters {
  return Object.assign(new Counters(), changes);
}

function events(changes: Partial<Events>): Events {
  return Object.assign(new Events(), changes);
}

const saved: WorkloadResult = {
  name: 'fault-storm',
  about: '',
  file: 'fault-storm.yaml',
  text: 'name: fault-storm\n',
  sha256: '',
  plan,
  reference: 'rwsem-spin',
  strategies: [],
  blocksAsked: 9,
  blocksReason: null,
  orders: [],
  harness: null,
  trials: [],
  claims: [],
  gate: null,
  firstLook: 0,
  confirmation: null,
  notes: [],
};

export const fixtureEnvironment: Environment = {
  started: '2026-01-02T03:04:05.000Z',
  finished: null,
  seconds: null,
  host: 'host',
  cpuModel: 'Model',
  cpus: 4,
  cores: 4,
  sockets: 1,
  numaNodes: 1,
  cpuQuota: null,
  memoryBytes: 1 << 30,
  architecture: 'x64',
  kernel: '6.8.0',
  node: 'v20.20.2',
  v8: '11',
  load: [0, 0, 0],
  stealShare: null,
  governor: null,
  turbo: null,
  hugePages: null,
  virtualised: null,
  smt: null,
  container: null,
  unreadable: [],
};

const result: Result = {
  format: 'mmlock-result',
  schemaVersion: 2,
  mmlock: { version: '0.1.0', commit: null },
  commandLine: ['bench', 'fault-storm.yaml'],
  engine: 'threads',
  seed: 7,
  environment: fixtureEnvironment,
  workloads: [saved],
  complete: true,
  interrupted: null,
  exit: 0,
};

/** An invented result with everything in it that a report can show, for tests. */
export function reportFixture(changes: Partial<WorkloadAnalysis> = {}): ReportInput {
  const analysis: Analysis = {
    engine: 'threads',
    complete: true,
    workloads: [{ ...workload, ...changes }],
  };
  return {
    comparison: null,
    result,
    analysis,
  };
}
