import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LockDefinition } from '../../locks/definition.js';
import { brokenLocks, rightLocks } from './broken-locks.test-support.js';
import { Explorer, type ExplorerOptions } from './explorer.js';
import type { FaultKind } from './fault.js';
import { scenarioLabel, scenariosOf, type Scenario } from './lock-scenarios.js';
import { lockSubject } from './lock-subject.js';
import { lockTarget } from './lock-target.js';
import { play } from './play.js';
import { countSwitches } from './shortest.js';
import { verifyTarget, type VerifyBounds } from './verify-target.js';

const bounds: VerifyBounds = {
  sizes: [
    { threads: 2, rounds: 2 },
    { threads: 3, rounds: 1 },
  ],
  deviations: 1,
  maxExecutions: Infinity,
  timeMs: Infinity,
  maxSteps: 500,
};

interface Outcome {
  readonly executions: number;
  readonly states: readonly string[];
  readonly faults: readonly FaultKind[];
}

function outcome(
  definition: LockDefinition,
  scenario: Scenario,
  options: ExplorerOptions,
): Outcome | undefined {
  const states = new Set<string>();
  const explorer = new Explorer(lockSubject(definition, scenario), {
    collect: true,
    maxSteps: 300,
    onEnd: (words) => states.add(words.join(' ')),
    ...options,
  });
  while (!explorer.explore(1000)) if (explorer.executions > 50_000) return undefined;
  return {
    executions: explorer.executions,
    states: [...states].sort(),
    faults: [...new Set(explorer.faults.map(({ kind }) => kind))].sort(),
  };
}

describe('verifyTarget', () => {
  for (const definition of rightLocks) {
    it(`${definition.name}: nothing wrong, all explored`, async () => {
      const { scenarios, fault } = await verifyTarget(lockTarget(definition), bounds);
      assert.equal(fault, undefined);
      assert.ok(scenarios.every(({ exhausted }) => exhausted));
    });
  }

  for (const [definition, kind] of brokenLocks) {
    it(`${definition.name}: ${kind}`, async () => {
      const verdict = await verifyTarget(lockTarget(definition), bounds);
      assert.ok(verdict.fault);
      const { fault, scenario, switches, deviations } = verdict.fault;
      assert.equal(fault.kind, kind, fault.message);
      assert.equal(countSwitches(fault.schedule), switches);
      const played = play(lockSubject(definition, scenario), fault.schedule, deviations);
      assert.equal(played.followed, fault.schedule.length);
      assert.equal(played.fault?.kind, kind, 'the schedule does not show it');
    });
  }

  it('gives up at a bound, and says what is not covered', async () => {
    const [, sleeping] = rightLocks;
    assert.ok(sleeping);
    const { scenarios, fault } = await verifyTarget(lockTarget(sleeping), {
      ...bounds,
      maxExecutions: 5,
    });
    assert.equal(fault, undefined);
    assert.ok(scenarios.some(({ exhausted }) => !exhausted));
    assert.ok(scenarios.reduce((sum, { executions }) => sum + executions, 0) <= 6);
    const short = await verifyTarget(lockTarget(sleeping), { ...bounds, maxSteps: 10 });
    assert.ok(short.scenarios.every(({ cut, exhausted }) => cut > 0 && !exhausted));
  });
});

describe('the reduction finds what brute force finds', () => {
  const small = [...rightLocks, ...brokenLocks.map(([definition]) => definition)];
  for (const definition of small) {
    it(definition.name, () => {
      let compared = 0;
      for (const scenario of scenariosOf(definition, 2, 1)) {
        for (const deviations of [0, 1]) {
          const all = outcome(definition, scenario, { deviations, reduction: 'none' });
          if (all === undefined) continue;
          const reduced = outcome(definition, scenario, { deviations });
          assert.ok(reduced);
          const what = `${scenarioLabel(scenario)}, ${deviations} deviations`;
          assert.equal(reduced.faults.length === 0, all.faults.length === 0, what);
          // Where two are inside at once the execution ends, and what would have come of it is not known.
          if (all.faults.includes('exclusion')) {
            assert.ok(reduced.faults.includes('exclusion'), what);
          } else {
            assert.deepEqual(reduced.states, all.states, what);
            assert.deepEqual(reduced.faults, all.faults, what);
          }
          assert.ok(reduced.executions <= all.executions, what);
          compared++;
        }
      }
      assert.ok(compared > 0);
    });
  }
});
