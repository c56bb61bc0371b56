import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { medianIntervalRanks, medianWithInterval } from './median-interval.js';

describe('medianIntervalRanks', () => {
  // One-based ranks and coverage in per cent at 95 %, as published tables give them.
  const table: ReadonlyArray<readonly [number, number, number, number]> = [
    [6, 1, 6, 96.9],
    [9, 2, 8, 96.1],
    [10, 2, 9, 97.9],
    [12, 3, 10, 96.1],
    [15, 4, 12, 96.5],
    [20, 6, 15, 95.9],
    [25, 8, 18, 95.7],
    [30, 10, 21, 95.7],
  ];
  for (const [count, low, high, coverage] of table) {
    it(`gives ranks ${low} and ${high} of ${count} at 95 %`, () => {
      const ranks = medianIntervalRanks(count, 0.95);
      assert.ok(ranks);
      assert.deepEqual([ranks.low + 1, ranks.high + 1], [low, high]);
      assert.equal((ranks.coverage * 100).toFixed(1), coverage.toFixed(1));
    });
  }

  it('has no interval with too few samples', () => {
    assert.equal(medianIntervalRanks(5, 0.95), null);
    assert.equal(medianIntervalRanks(0, 0.95), null);
    assert.notEqual(medianIntervalRanks(6, 0.95), null);
  });

  it('covers at least what was asked, and one rank less would not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.5, max: 0.9999, noNaN: true }),
        (count, confidence) => {
          const ranks = medianIntervalRanks(count, confidence);
          if (ranks === null) {
            assert.ok(1 - 2 * 0.5 ** count < confidence + 1e-12);
            return;
          }
          assert.equal(ranks.low + ranks.high, count - 1);
          assert.ok(ranks.low <= ranks.high);
          assert.ok(ranks.coverage >= confidence - 1e-12);
          assert.ok(coverageBySum(count, ranks.low) >= confidence - 1e-9);
          if (ranks.low + 1 < ranks.high - 1) {
            assert.ok(coverageBySum(count, ranks.low + 1) < confidence + 1e-9);
          }
        },
      ),
    );
  });
});

/** P(low < Bin(count, ½) ≤ count − 1 − low), from logarithms of factorials: another way to the same figure. */
function coverageBySum(count: number, low: number): number {
  const logFactorial = [0];
  for (let i = 1; i <= count; i++) logFactorial.push((logFactorial[i - 1] ?? 0) + Math.log(i));
  const at = (i: number): number => logFactorial[i] ?? 0;
  let total = 0;
  for (let i = low + 1; i <= count - 1 - low; i++) {
    total += Math.exp(at(count) - at(i) - at(count - i) - count * Math.LN2);
  }
  return total;
}

describe('medianWithInterval', () => {
  it('gives the median and the samples at the ranks', () => {
    const samples = [12, 3, 7, 1, 9, 5, 4, 8, 2];
    assert.deepEqual(medianWithInterval(samples, 0.95), { value: 5, low: 2, high: 9 });
  });

  it('has no bounds for five samples', () => {
    assert.deepEqual(medianWithInterval([1, 2, 3, 4, 5], 0.95), {
      value: 3,
      low: null,
      high: null,
    });
  });

  it('bears infinite samples', () => {
    assert.deepEqual(medianWithInterval([-Infinity, Infinity], 0.4), {
      value: -Infinity,
      low: -Infinity,
      high: Infinity,
    });
  });
});
