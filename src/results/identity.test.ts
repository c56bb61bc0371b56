import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { shardOf, testSweep } from './sweep.test-support.js';
import { identityOf, startOf } from './identity.js';
import type { Result } from './result.js';
import { testPlan, testResult, testWorkload } from './result.test-support.js';

function simulated(changes: Partial<Result> = {}, cpus = 8): Result {
  const machine = { profile: builtInMachine('laptop-8').profile, cpus };
  const workload = testWorkload({ plan: testPlan({ machine }) });
  return { ...testResult({ workloads: [workload] }), environment: null, ...changes };
}

test('runs on a machine are one if they began in one moment with one seed', () => {
  const { environment } = testResult();
  const later = { ...environment, started: '2027-01-01T00:00:00.000Z' };
  assert.equal(identityOf(testResult()), identityOf(testResult({ exit: 1 })));
  assert.notEqual(identityOf(testResult()), identityOf(testResult({ seed: 8 })));
  assert.notEqual(identityOf(testResult()), identityOf(testResult({ environment: later })));
});

test('simulated runs are one if the same code ran the same', () => {
  assert.equal(identityOf(simulated()), identityOf(simulated()));
  assert.notEqual(identityOf(simulated()), identityOf(simulated({ seed: 8 })));
  assert.notEqual(identityOf(simulated()), identityOf(simulated({}, 4)));
  const other = { mmlock: { version: '0.1.0', commit: 'abc' } };
  assert.notEqual(identityOf(simulated()), identityOf(simulated(other)));
});

test('what was simulated has no time, and comes before what has one', () => {
  assert.ok(startOf(simulated()) < startOf(testResult()));
});

test('a shard of a sweep is another run than the next shard, and than the whole', () => {
  const whole = testSweep([1, 2]);
  const runs = [whole, shardOf(whole, 1, 2), shardOf(whole, 2, 2)];
  assert.equal(new Set(runs.map(identityOf)).size, 3);
  assert.equal(identityOf(whole), identityOf(testSweep([1, 2])));
});
