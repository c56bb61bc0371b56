import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { binomialBounds } from './binomial-bounds.js';

describe('binomialBounds', () => {
  const close = (actual: number, expected: number): void => {
    assert.ok(Math.abs(actual - expected) < 5e-5, `${actual} is not ${expected}`);
  };

  it('agrees with the closed forms at the ends', () => {
    // None in n: the upper bound solves (1 − p)^n = 0.025.
    assert.equal(binomialBounds(0, 40).low, 0);
    close(binomialBounds(0, 40).high, 1 - 0.025 ** (1 / 40));
    assert.equal(binomialBounds(20, 20).high, 1);
    close(binomialBounds(20, 20).low, 0.025 ** (1 / 20));
  });

  it('agrees with published bounds', () => {
    // R: binom.test(1, 40) gives 0.0006327 to 0.1315886, binom.test(19, 20) 0.7512671 to 0.9987349.
    close(binomialBounds(1, 40).low, 0.0006327);
    close(binomialBounds(1, 40).high, 0.1315886);
    close(binomialBounds(19, 20).low, 0.7512671);
    close(binomialBounds(19, 20).high, 0.9987349);
  });

  it('holds the share itself, and is turned round with the count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), (trials, some) => {
        const count = Math.min(some, trials);
        const { low, high } = binomialBounds(count, trials);
        assert.ok(low <= count / trials && count / trials <= high);
        const other = binomialBounds(trials - count, trials);
        assert.ok(Math.abs(other.low - (1 - high)) < 1e-9);
      }),
    );
  });

  it('knows nothing without trials', () => {
    assert.deepEqual(binomialBounds(0, 0), { low: 0, high: 1 });
  });
});
