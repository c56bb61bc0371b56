import { plainOperation } from '../workload/plain-operation.js';
import type { Trial, TrialRow } from '../engines/trial.js';
import { Counters, Events } from '../machine/counters.js';
import { Random } from '../machine/random.js';
import { bucketCount, bucketHigh, bucketOf } from '../measure/histogram.js';
import {
  emptyHistogram,
  sparseHistogram,
  type SparseHistogram,
} from '../measure/sparse-histogram.js';
import type { Strategy } from '../strategies/strategy.js';
import type { OperationPlan, Plan, RolePlan } from '../workload/plan.js';
import { recordedMachine } from '../system/recorded-machine.test-support.js';
import { beginEnvironment, type Environment } from './environment.js';
import {
  resultFormat,
  schemaVersion,
  type Result,
  type StrategyResult,
  type WorkloadResult,
} from './result.js';

/** Results made up for tests: plain, complete, and the same on every run. */

export function histogramOf(values: readonly number[]): SparseHistogram {
  const full = new Array<number>(bucketCount).fill(0);
  let sum = 0;
  for (const value of values) {
    const bucket = bucketOf(value);
    full[bucket] = (full[bucket] ?? 0) + 1;
    sum += value;
  }
  return sparseHistogram(full, sum);
}

export function testStrategy(name: string, changes: Partial<Strategy> = {}): Strategy {
  return {
    name,
    about: '',
    granularity: 'whole',
    mmapLock: name,
    rmapLock: 'rwsem-spin',
    range: 'full',
    faultIo: 'drop',
    unmap: 'downgrade',
    populate: 'after',
    gup: 'unlocked',
    uprobes: 'inside',
    holdLimit: 0,
    ...changes,
  };
}

export function testArm(name: string, changes: Partial<StrategyResult> = {}): StrategyResult {
  return { strategy: testStrategy(name), status: 'ok', reason: null, repeats: null, ...changes };
}

export function testOperation(op: OperationPlan['op'], row: number): OperationPlan {
  return { ...plainOperation, op, row, weight: 0, region: 0, write: true, span: 512 };
}

export function testRole(name: string, threads: number, changes: Partial<RolePlan>): RolePlan {
  return {
    name,
    main: false,
    threads,
    ops: [],
    weighted: false,
    rows: [],
    thinkNs: 0,
    rate: 0,
    arrival: 'poisson',
    ...changes,
  };
}

/** Three threads that fault, one that maps, faults and unmaps. */
export const testRoles: readonly RolePlan[] = [
  testRole('faulter', 3, { ops: [testOperation('fault', 0)], rows: ['fault', 'refill'] }),
  testRole('mapper', 1, {
    ops: [
      testOperation('mmap', 0),
      { ...testOperation('fault', 1), pages: 4 },
      testOperation('munmap', 2),
    ],
    rows: ['mmap', 'fault', 'munmap'],
    rate: 5000,
  }),
];

export function testPlan(changes: Partial<Plan> = {}): Plan {
  return {
    workload: 'fault-storm',
    seed: 7,
    threads: 4,
    space: {
      processes: 1,
      regions: [],
      mappablePages: 4096,
      frames: 8192,
      memoryBytes: 1 << 26,
      notifierShare: 0,
      notifierNs: 0,
    },
    roles: testRoles,
    actors: [0, 0, 0, 1].map((role, thread) => ({
      role,
      index: role === 0 ? thread : 0,
      process: 0,
    })),
    run: { durationNs: 5e8, warmupNs: 1e9, blocks: 9 },
    userLocks: {},
    ...changes,
  };
}

/** Maxima are those of the histograms, unless said. */
export function testRow(role: string, op: string, changes: Partial<TrialRow> = {}): TrialRow {
  const { latency = emptyHistogram, wait = emptyHistogram, hold = emptyHistogram } = changes;
  return {
    role,
    op,
    counts: [0],
    gap: 1,
    latency,
    wait,
    hold,
    maxNs: largest(latency),
    maxIsAge: false,
    waitMaxNs: largest(wait),
    holdMaxNs: largest(hold),
    firstNs: [],
    starvationNs: 0,
    ...changes,
  };
}

const largest = ({ buckets }: SparseHistogram): number =>
  Math.max(0, ...buckets.slice(-1).map(bucketHigh));

export function testTrial(strategy: string, block: number, changes: Partial<Trial> = {}): Trial {
  return {
    strategy,
    block,
    position: 0,
    seconds: 0.5,
    unsteady: false,
    warmupSeconds: 0.3,
    slices: new Array<number>(10).fill(1000),
    rows: [],
    counters: {
      mmap_lock: Object.assign(new Counters(), {
        acquisitions: 20_000,
        contended: 300,
        sleeps: 40,
      }),
    },
    events: Object.assign(new Events(), { spurious: 3 }),
    faults: [],
    cpuSeconds: 1.9,
    voluntarySwitches: 80,
    involuntarySwitches: 20,
    ...changes,
  };
}

/** How fast each made-up strategy is: throughput and latency relative to the reference. */
export interface Pace {
  readonly throughput: number;
  readonly latency: number;
}

/** A trial of the two roles; noise and drift between blocks hit every strategy of a block alike. */
export function pacedTrial(strategy: string, block: number, pace: Pace): Trial {
  const shared = new Random(1000 + block);
  const own = new Random(77 * block + strategy.length * 1031 + strategy.charCodeAt(0));
  const speed = pace.throughput * (0.5 + shared.next()) * (0.98 + 0.04 * own.next());
  const counts = [3000, 3100, 2900].map((count) => Math.round(count * speed));
  const latencies = Array.from({ length: 12_000 }, () =>
    Math.round((400 + own.exponential(200)) * pace.latency),
  );
  const waits = latencies.filter((_, i) => i % 10 === 0).map((ns) => ns >> 2);
  const rounds = Math.round(500 * speed);
  const slow = Array.from({ length: 200 }, () =>
    Math.round(3000 * pace.latency * (1 + own.next())),
  );
  return testTrial(strategy, block, {
    rows: [
      testRow('faulter', 'fault', {
        counts,
        latency: histogramOf(latencies),
        wait: histogramOf(waits),
        hold: histogramOf(latencies.map((ns) => ns >> 1)),
        maxNs: 90_000,
        waitMaxNs: 60_000,
        holdMaxNs: 20_000,
        firstNs: [2000, 2100, 1900],
        starvationNs: 100_000,
      }),
      testRow('faulter', 'refill', { counts: [6, 6, 6], latency: histogramOf([30_000, 31_000]) }),
      testRow('mapper', 'mmap', { counts: [rounds], latency: histogramOf(slow), gap: 8 }),
      testRow('mapper', 'fault', { counts: [rounds * 4], latency: histogramOf(slow) }),
      testRow('mapper', 'munmap', {
        counts: [rounds],
        latency: histogramOf(slow),
        maxNs: 400_000_000,
        maxIsAge: true,
      }),
    ],
  });
}

export const testPaces: Readonly<Record<string, Pace>> = {
  mutex: { throughput: 0.6, latency: 2 },
  'rwsem-spin': { throughput: 1, latency: 1 },
  qrwlock: { throughput: 1.3, latency: 0.8 },
  '(A/A) rwsem-spin': { throughput: 1, latency: 1 },
};

/** Three strategies that run, one that is refused, and the A/A arm. */
export function testWorkload(changes: Partial<WorkloadResult> = {}, blocks = 12): WorkloadResult {
  const labels = Object.keys(testPaces);
  const orders = Array.from({ length: blocks }, (_, block) =>
    labels.map((_label, place) => (place + block) % labels.length),
  );
  return {
    name: 'fault-storm',
    about: 'Made up.',
    file: 'workloads/fault-storm.yaml',
    text: 'name: fault-storm\n',
    sha256: '0'.repeat(64),
    plan: testPlan(),
    reference: 'rwsem-spin',
    strategies: [
      testArm('mutex'),
      testArm('rwsem-spin'),
      testArm('rwlock', {
        status: 'unsupported',
        reason: 'mapper notifier sleeps while it holds mmap_lock (rwlock spins)',
      }),
      testArm('qrwlock'),
      testArm('(A/A) rwsem-spin', { repeats: 'rwsem-spin' }),
    ],
    blocksAsked: blocks,
    blocksReason: null,
    orders,
    harness: {
      clockNs: 45,
      clockStepNs: 32,
      emptyOperationNs: 15,
      timedOperationNs: 100,
      sleepOvershootNs: 60_000,
      sleepFloorNs: 75_000,
      spinBudgetNs: 1e6,
    },
    trials: orders.flatMap((order, block) =>
      order.map((index, position) => {
        const label = labels[index] ?? '';
        const pace = testPaces[label] ?? { throughput: 1, latency: 1 };
        return { ...pacedTrial(label, block + 1, pace), position };
      }),
    ),
    claims: [],
    gate: null,
    firstLook: orders.length,
    confirmation: null,
    notes: [],
    ...changes,
  };
}

/** A result of an engine that ran on some machine. */
export type HostResult = Result & { readonly environment: Environment };

export function testResult(changes: Partial<HostResult> = {}): HostResult {
  return {
    format: resultFormat,
    schemaVersion,
    mmlock: { version: '0.1.0', commit: null },
    commandLine: ['bench', 'workloads/fault-storm.yaml'],
    engine: 'threads',
    seed: 7,
    environment: {
      ...beginEnvironment(0, recordedMachine({ files: {} })).environment,
      load: [0.1, 0.1, 0.1],
      cpus: 4,
    },
    workloads: changes.workloads ?? [testWorkload()],
    complete: true,
    interrupted: null,
    exit: 0,
    ...changes,
  };
}
