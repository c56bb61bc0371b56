import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { differenceOfMedians, pOfDifference } from './unpaired-ratio.js';

const rising = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i * step);

describe('differenceOfMedians', () => {
  it('goes from the lower bound of one to the upper bound of the other', () => {
    // 97.5 % of 12: ranks 3 and 10 miss with .0386, ranks 2 and 11 with .0063.
    const base = rising(12, 0, 1);
    const head = rising(12, 100, 1);
    assert.deepEqual(differenceOfMedians(base, head, 0.95), {
      value: 100,
      low: 101 - 10,
      high: 110 - 1,
    });
  });

  it('has no interval with too few blocks on either side', () => {
    const { low, high } = differenceOfMedians(rising(5, 0, 1), rising(30, 0, 1), 0.95);
    assert.equal(low, null);
    assert.equal(high, null);
  });

  it('is turned round when base and head change places', () => {
    const sample = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
      minLength: 8,
      maxLength: 30,
    });
    fc.assert(
      fc.property(sample, sample, (base, head) => {
        const one = differenceOfMedians(base, head, 0.95);
        const other = differenceOfMedians(head, base, 0.95);
        assert.ok(Math.abs(one.value + other.value) < 1e-9);
        assert.equal(one.low === null, other.high === null);
        if (one.low !== null && other.high !== null) {
          assert.ok(Math.abs(one.low + other.high) < 1e-9);
        }
      }),
    );
  });
});

describe('pOfDifference', () => {
  const base = rising(20, 0, 0.001);
  const head = rising(20, -0.3, 0.001);

  it('is the level at which the interval just clears the limit', () => {
    const p = pOfDifference(base, head, -0.2, 'below');
    assert.ok(p > 0 && p < 1e-4);
    const { high } = differenceOfMedians(base, head, 1 - p);
    assert.ok(high !== null && high < -0.2);
    assert.equal(pOfDifference(base, head, -0.2, 'above'), 1);
  });

  it('agrees with the interval at every level', () => {
    const sample = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 6,
      maxLength: 25,
    });
    fc.assert(
      fc.property(
        sample,
        sample,
        fc.double({ min: 0.001, max: 0.4, noNaN: true }),
        (a, b, alpha) => {
          const { high } = differenceOfMedians(a, b, 1 - alpha);
          const clears = high !== null && high < 0;
          const p = pOfDifference(a, b, 0, 'below');
          if (clears) assert.ok(p <= alpha * (1 + 1e-9));
          else assert.ok(p >= alpha * (1 - 1e-9));
        },
      ),
    );
  });

  it('is 1 without samples', () => {
    assert.equal(pOfDifference([], head, 0, 'below'), 1);
  });
});
