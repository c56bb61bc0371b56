import { builtInMachine } from '../engines/sim/read-machine.js';
import { throughputAt, type ScalabilityLaw } from '../stats/scalability.js';
import type { Result, Shard, WorkloadResult } from './result.js';
import {
  testArm,
  testOperation,
  testPlan,
  testResult,
  testRole,
  testRow,
  testTrial,
  testWorkload,
} from './result.test-support.js';
import { shardTrials, sweepTrials, trialKey } from './sweep-trials.js';

/** Sweeps made up for tests: the law that each strategy follows is known. */

const { profile } = builtInMachine('server-2s-64');

export const testLaws: Readonly<Record<string, ScalabilityLaw>> = {
  bounded: { lambda: 1e6, sigma: 0.1, kappa: 0 },
  peaked: { lambda: 1e6, sigma: 0.05, kappa: 0.01 },
};

const labels = Object.keys(testLaws);
const blocks = 6;

/** A cell of six blocks, of which each is faster than the one before it, in every cell alike. */
export function testCell(cpus: number, changes: Partial<WorkloadResult> = {}): WorkloadResult {
  const role = testRole('worker', cpus, {
    main: true,
    ops: [testOperation('section', 0)],
    rows: ['section'],
  });
  const orders = Array.from({ length: blocks }, (_, at) => (at % 2 === 0 ? [0, 1] : [1, 0]));
  const trials = orders.flatMap((order, at) =>
    order.map((index, position) => {
      const strategy = labels[index] ?? '';
      const law = testLaws[strategy] ?? { lambda: 1, sigma: 0, kappa: 0 };
      const count = Math.round(throughputAt(law, cpus) * (1 + 0.001 * at));
      const rows = [testRow('worker', 'section', { counts: [count] })];
      return testTrial(strategy, at + 1, { position, seconds: 1, rows });
    }),
  );
  return testWorkload(
    {
      name: `tiny[cpus=${cpus}]`,
      cell: { name: `cpus=${cpus}`, values: { cpus } },
      plan: testPlan({
        ...{ workload: 'tiny', threads: cpus, roles: [role], machine: { profile, cpus } },
      }),
      strategies: labels.map((name) => testArm(name)),
      ...{ reference: 'bounded', harness: null, blocksAsked: blocks, orders, trials },
      firstLook: blocks,
      ...changes,
    },
    0,
  );
}

export function testSweep(
  cpus: readonly number[] = [1, 2, 4, 8, 16, 32],
  cells = cpus.map((each) => testCell(each)),
): Result {
  const result: Result = testResult({ engine: 'sim', workloads: cells });
  return { ...result, commandLine: [], environment: null, sweep: { cpus } };
}

/** What a shard of the sweep would have saved. */
export function shardOf(whole: Result, index: number, count: number): Result {
  const shard: Shard = { index, count };
  const own = new Set(
    shardTrials(sweepTrials(whole.workloads), shard).map(({ cell, block, strategy }) =>
      trialKey(cell, { block, strategy: strategy.name }),
    ),
  );
  return {
    ...whole,
    sweep: { cpus: whole.sweep?.cpus ?? [], shard },
    workloads: whole.workloads.map((workload, cell) => ({
      ...workload,
      trials: workload.trials.filter((trial) => own.has(trialKey(cell, trial))),
    })),
  };
}
