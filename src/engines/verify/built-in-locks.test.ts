import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInLocks } from '../../locks/registry.js';
import { lockTarget } from './lock-target.js';
import { verifyTarget } from './verify-target.js';

/** For one lock; what takes longer is explored to its end by `npm run verify:full`. */
const timeMs = 4000;

describe('every built-in lock, for a few seconds', () => {
  for (const [name, definition] of builtInLocks) {
    it(name, async (t) => {
      const target = lockTarget(definition);
      const { scenarios, fault } = await verifyTarget(target, {
        sizes: target.sizes,
        deviations: 1,
        maxExecutions: Infinity,
        timeMs,
        maxSteps: 1000,
      });
      assert.equal(fault, undefined, JSON.stringify(fault));
      assert.ok(scenarios.every(({ executions }) => executions > 0));
      const executions = scenarios.reduce((sum, each) => sum + each.executions, 0);
      const whole = scenarios.filter(({ exhausted }) => exhausted).length;
      t.diagnostic(
        `${executions} executions, ${whole} of ${scenarios.length} explorations exhausted`,
      );
    });
  }
});
