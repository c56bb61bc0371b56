import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LockDefinition } from '../../locks/definition.js';
import { brokenLocks, rightLocks } from './broken-locks.test-support.js';
import { lockTextHash } from './lock-text.js';
import { parseSavedFault, replayFault, savedFault } from './saved-fault.js';
import { lockTarget } from './lock-target.js';
import { verifyTarget } from './verify-target.js';

const lockCalled = (name: string): LockDefinition => {
  const found = [...rightLocks, ...brokenLocks.map(([lock]) => lock)].find(
    (lock) => lock.name === name,
  );
  assert.ok(found);
  return found;
};

describe('savedFault', () => {
  it('is read back, and plays the same steps to the same fault', async () => {
    const broken = lockTarget(lockCalled('looks-then-takes'));
    const { fault } = await verifyTarget(broken, {
      sizes: [{ threads: 2, rounds: 1 }],
      deviations: 1,
      maxExecutions: Infinity,
      timeMs: Infinity,
      maxSteps: 200,
    });
    assert.ok(fault);
    const saved = savedFault('looks-then-takes', broken, fault);
    const parsed = parseSavedFault(JSON.stringify(saved));
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.saved, saved);

    const again = replayFault(parsed.saved, broken);
    assert.equal(again.changed, false);
    assert.equal(again.fault?.kind, 'exclusion');
    assert.deepEqual(again.steps, saved.steps);

    const other = replayFault(parsed.saved, lockTarget(lockCalled('spinning')));
    assert.equal(other.changed, true);
    assert.equal(other.fault, undefined);
  });

  it('says what is wrong with a file', () => {
    for (const [text, message] of [
      ['{', /is not JSON/],
      ['{}', /is not an interleaving .*format/],
    ] as const) {
      const parsed = parseSavedFault(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.message, message);
    }
  });
});

describe('lockTextHash', () => {
  it('is of the classes, those they inherit from included', () => {
    const sleeping = lockTextHash(lockCalled('sleeping'));
    assert.equal(lockTextHash(lockCalled('sleeping')), sleeping);
    assert.notEqual(lockTextHash(lockCalled('never-wakes')), sleeping);
  });
});
