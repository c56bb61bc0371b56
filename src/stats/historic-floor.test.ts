import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historicFloor } from './historic-floor.js';

test('the floor is Q3 + 3·IQR of the sizes, whatever their sign', () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  // Quartiles of type 7: 3.5 and 8.5.
  assert.equal(historicFloor(sizes), 8.5 + 3 * 5);
  assert.equal(historicFloor(sizes.map((size, at) => (at % 2 === 0 ? size : -size))), 8.5 + 3 * 5);
});

test('one arm that went astray does not raise it', () => {
  const usual = [...new Array<number>(19).fill(0.01)];
  assert.ok(Math.abs((historicFloor([...usual, 5]) ?? 0) - 0.01) < 1e-12);
});

test('with fewer than ten arms there is none', () => {
  assert.equal(historicFloor(new Array<number>(9).fill(1)), null);
  assert.equal(historicFloor(new Array<number>(10).fill(1)), 1);
});
