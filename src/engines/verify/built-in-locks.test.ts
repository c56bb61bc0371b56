import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInLocks } from '../../locks/registry.js';
import { lockTarget } from './lock-target.js';
import { verifyTarget, type Verdict } from './verify-target.js';

/** Explored to the end here. The others take minutes to hours: `npm run verify:full`; their pages say how far they are proved. */
const proved: readonly string[] = [
  'tas',
  'tas-backoff',
  'ttas',
  'ticket',
  'mcs',
  'mcs-park',
  'qspinlock',
  'qspinlock-unfair',
  'cna',
  'rwlock',
  'qrwlock',
  'seqcount',
];

const explore = (name: string, timeMs: number): Promise<Verdict> => {
  const definition = builtInLocks.get(name);
  assert.ok(definition, `no lock is called ${name}`);
  const target = lockTarget(definition);
  const unbounded = { deviations: 1, maxExecutions: Infinity, maxSteps: 1000 };
  return verifyTarget(target, { ...unbounded, sizes: target.sizes, timeMs });
};

describe('locks that are proved for 2 threads × 2 rounds and 3 threads × 1 round', () => {
  for (const name of proved) {
    it(name, async () => {
      const { fault, scenarios } = await explore(name, Infinity);
      assert.equal(fault, undefined, JSON.stringify(fault));
      assert.ok(scenarios.every(({ exhausted }) => exhausted));
    });
  }
});

describe('every other built-in lock, for half a second', () => {
  for (const name of builtInLocks.keys()) {
    if (proved.includes(name)) continue;
    it(name, async (t) => {
      const { fault, scenarios } = await explore(name, 500);
      assert.equal(fault, undefined, JSON.stringify(fault));
      const executions = scenarios.reduce((sum, each) => sum + each.executions, 0);
      assert.ok(executions > 0);
      const whole = scenarios.filter(({ exhausted }) => exhausted).length;
      t.diagnostic(`${executions} executions, ${whole} of ${scenarios.length} exhausted`);
    });
  }
});
