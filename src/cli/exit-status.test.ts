import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitStatus, exitStatusHelp, worstStatus } from './exit-status.js';

test('the status of several outcomes follows the documented precedence', () => {
  assert.equal(worstStatus([]), 0);
  assert.equal(worstStatus([0, 0]), 0);
  assert.equal(worstStatus([3, 0]), 3);
  assert.equal(worstStatus([3, 1]), 1);
  assert.equal(worstStatus([1, 5]), 5);
  assert.equal(worstStatus([5, 6]), 6);
  assert.equal(worstStatus([6, 4, 1]), 4);
  assert.equal(worstStatus([4, 6, 130]), 130);
  assert.equal(worstStatus([4, 143]), 143);
});

test('every status is in the help', () => {
  for (const status of Object.values(exitStatus)) {
    assert.match(exitStatusHelp, new RegExp(`^  ${status} `, 'm'));
  }
});
