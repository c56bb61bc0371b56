import assert from 'node:assert/strict';
import { test } from 'node:test';
import { twoSidedT } from './student-t.js';

// Critical values of tables: Abramowitz and Stegun, table 26.10.
test('critical values have their level', () => {
  for (const [t, freedom, p] of [
    [12.706, 1, 0.05],
    [2.228, 10, 0.05],
    [4.587, 10, 0.001],
    [3.46, 60, 0.001],
    [1.96, 1e6, 0.05],
  ] as const) {
    assert.ok(Math.abs(twoSidedT(t, freedom) / p - 1) < 1e-3, `${t} at ${freedom}`);
    assert.equal(twoSidedT(-t, freedom), twoSidedT(t, freedom));
  }
});

test('Cauchy’s tail is exact, and the ends are 1 and 0', () => {
  for (const t of [0.1, 1, 3, 100]) {
    assert.ok(Math.abs(twoSidedT(t, 1) - (1 - (2 * Math.atan(t)) / Math.PI)) < 1e-12, `${t}`);
  }
  assert.equal(twoSidedT(0, 7), 1);
  assert.equal(twoSidedT(Infinity, 7), 0);
});
