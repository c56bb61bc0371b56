import type { Result } from '../results/result.js';
import {
  histogramOf,
  type HostResult,
  pacedTrial,
  testArm,
  testPaces,
  testPlan,
  testResult,
  testRoles,
  testRow,
  testTrial,
  testWorkload,
} from '../results/result.test-support.js';
import { fixtureEnvironment } from './fixture.test-support.js';

/** Six blocks of a strategy against the reference and the A/A arm, with one role; for golden files. */
export function exportFixture(): Result {
  const labels = ['mutex', 'rwsem-spin', '(A/A) rwsem-spin'];
  const workload = testWorkload(
    { blocksAsked: 6, orders: [1, 2, 3, 4, 5, 6].map(() => [0, 1, 2]) },
    0,
  );
  const trials = [1, 2, 3, 4, 5, 6].flatMap((block) =>
    labels.map((label) =>
      pacedTrial(label, block, testPaces[label] ?? { throughput: 1, latency: 1 }),
    ),
  );
  return testResult({
    label: 'head of "main"',
    environment: fixtureEnvironment,
    workloads: [
      {
        ...workload,
        plan: testPlan({ roles: testRoles.slice(0, 1) }),
        strategies: workload.strategies.filter(({ strategy }) => strategy.name !== 'qrwlock'),
        trials: trials.map((trial) => ({
          ...trial,
          rows: trial.rows.filter(({ role }) => role === 'faulter'),
        })),
      },
    ],
  });
}

/** One block of one strategy under a name of the test's choosing, with so many latencies. */
export function namedResult(
  label: string,
  latencies: readonly number[],
  changes: Partial<HostResult> = {},
): Result {
  const row = testRow('faulter', 'fault', {
    counts: [latencies.length],
    latency: histogramOf(latencies),
  });
  const workload = testWorkload(
    {
      plan: testPlan({
        roles: testRoles.slice(0, 1).map((role) => ({ ...role, rows: ['fault'] })),
      }),
      reference: label,
      strategies: [testArm(label)],
      orders: [[0]],
      trials: [testTrial(label, 1, { rows: [row] })],
    },
    0,
  );
  return testResult({ workloads: [workload], ...changes });
}

/** Names as hostile as a path can be. */
export const hostileCharacters = [
  ...['a', ' ', '\t', '\n', '\r', ',', '/', '=', '"', '\\', '%', '#', '{', '}', 'é', '-', '8'],
  ...['\u2028', '\u00a0', '\u{1f512}', '\u0000'],
];
