import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSteady as isSteadyOf } from './steady.js';

const isSteady = (slices: readonly number[], others: readonly number[] = []): boolean =>
  isSteadyOf(slices.map((finished, index) => ({ finished, others: others[index] ?? 0 })));

test('steady needs wavering about a level, and enough of it', () => {
  const wavering = [100, 101, 99, 102, 100, 101, 99, 100];
  assert.equal(isSteady(wavering), true);
  assert.equal(isSteady(wavering.slice(0, 7)), false, 'too few slices');
  assert.equal(isSteady([1, 2, 3, 4, 5, 6, 7, 8]), false, 'still rising');
  assert.equal(isSteady([100, 100, 100, 100, 100, 100, 100, 100]), false, 'never wavered');
  assert.equal(isSteady([100, 90, 100, 90, 120, 110, 120, 110]), false, 'the level moved');
});

test('steady needs the compiler to have come to rest', () => {
  const wavering = [100, 101, 99, 102, 100, 101, 99, 100];
  assert.equal(isSteady(wavering, [1, 1, 1, 1, 1, 1, 0.05, 0.05]), true);
  assert.equal(isSteady(wavering, [0, 0, 0, 0, 0, 0, 0.05, 0.3]), false, 'it compiles at the end');
  assert.equal(isSteady(wavering, [0, 0, 0, 0, 0, 0, 0.3, 0]), false, 'it has compiled just now');
});
