import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSteady } from './steady.js';

test('steady needs wavering about a level, and enough of it', () => {
  const wavering = [100, 101, 99, 102, 100, 101, 99, 100];
  assert.equal(isSteady(wavering), true);
  assert.equal(isSteady(wavering.slice(0, 7)), false, 'too few slices');
  assert.equal(isSteady([1, 2, 3, 4, 5, 6, 7, 8]), false, 'still rising');
  assert.equal(isSteady([100, 100, 100, 100, 100, 100, 100, 100]), false, 'never wavered');
  assert.equal(isSteady([100, 90, 100, 90, 120, 110, 120, 110]), false, 'the level moved');
});
