import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bucketCount, bucketHigh, bucketLow, bucketOf } from './histogram.js';

const largest = 2 ** 41 - 1;

/** Values spread over the octaves, and those beside powers of two. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 1023 }),
  fc.maxSafeInteger().map((n) => Math.abs(n) % (largest + 1)),
  fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -2, max: 2 }))
    .map(([bits, beside]) => Math.min(largest, Math.max(0, 2 ** bits + beside))),
  fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.double({ min: 1, max: 2, noNaN: true }))
    .map(([bits, factor]) => Math.min(largest, Math.floor(2 ** bits * factor))),
);

describe('buckets', () => {
  it('hold their values, and are at most 1/128 of them wide', () => {
    fc.assert(
      fc.property(value, (ns) => {
        const bucket = bucketOf(ns);
        const low = bucketLow(bucket);
        const high = bucketHigh(bucket);
        assert.ok(low <= ns && ns <= high, `${ns} is not in ${low}..${high}`);
        assert.ok(high - low + 1 <= Math.max(1, low / 128));
      }),
      { numRuns: 2000 },
    );
  });

  it('rise with their values', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        if (a <= b) assert.ok(bucketOf(a) <= bucketOf(b));
        else assert.ok(bucketOf(a) >= bucketOf(b));
      }),
      { numRuns: 2000 },
    );
  });

  it('follow each other without a gap, from 0 to 2^41', () => {
    assert.equal(bucketLow(0), 0);
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      assert.equal(bucketOf(bucketLow(bucket)), bucket);
      assert.equal(bucketOf(bucketHigh(bucket)), bucket);
      assert.equal(bucketHigh(bucket) + 1, bucketLow(bucket + 1));
    }
    assert.equal(bucketHigh(bucketCount - 1), largest);
  });

  it('take what is out of range at the ends, and cut fractions off', () => {
    assert.equal(bucketOf(-5), 0);
    assert.equal(bucketOf(2 ** 41), bucketCount - 1);
    assert.equal(bucketOf(Infinity), bucketCount - 1);
    assert.equal(bucketOf(Number.NaN), bucketCount - 1);
    assert.equal(bucketOf(17.9), 17);
    assert.equal(bucketOf(300.9), bucketOf(300));
    assert.equal(bucketOf(2 ** 31 - 0.5), bucketOf(2 ** 31 - 1));
  });
});
