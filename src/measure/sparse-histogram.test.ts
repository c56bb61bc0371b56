import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bucketCount, bucketHigh, bucketOf } from './histogram.js';
import { decodeHistogram, encodeHistogram } from './histogram-codec.js';
import {
  emptyHistogram,
  exceedances,
  histogramMean,
  histogramQuantile,
  mergeHistograms,
  recordedCount,
  sparseHistogram,
  type SparseHistogram,
} from './sparse-histogram.js';

function recorded(values: readonly number[]): SparseHistogram {
  const full = new Array<number>(bucketCount).fill(0);
  let sum = 0;
  for (const value of values) {
    const bucket = bucketOf(value);
    full[bucket] = (full[bucket] ?? 0) + 1;
    sum += value;
  }
  return sparseHistogram(full, sum);
}

const times = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 300 });
const quantile = fc.constantFrom(0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1);

describe('histogramQuantile', () => {
  it('is the upper edge of the bucket of the nearest rank', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 50 }), quantile, (values, zeros, q) => {
        const sorted = [...values, ...new Array<number>(zeros).fill(0)].sort((a, b) => a - b);
        const rank = Math.max(1, Math.ceil(Number((q * sorted.length).toFixed(9))));
        const exact = sorted[rank - 1] ?? -1;
        assert.equal(histogramQuantile(recorded(values), q, zeros), bucketHigh(bucketOf(exact)));
      }),
    );
  });

  it('counts operations that did not wait as zeros', () => {
    const waits = recorded([1000, 1000]);
    assert.equal(histogramQuantile(waits, 0.99, 198), 0);
    assert.equal(histogramQuantile(waits, 0.99, 197), bucketHigh(bucketOf(1000)));
    assert.equal(histogramMean(waits, 198), 10);
  });

  it('has no value without values, and 0 where all are zeros', () => {
    assert.equal(histogramQuantile(emptyHistogram, 0.5), null);
    assert.equal(histogramMean(emptyHistogram), null);
    assert.equal(histogramQuantile(emptyHistogram, 0.999, 7), 0);
  });
});

describe('exceedances', () => {
  it('are the values above the rank', () => {
    assert.equal(exceedances(100_000, 0.999), 100);
    assert.equal(exceedances(99_999, 0.999), 99);
    assert.equal(exceedances(100, 0.99), 1);
    assert.equal(exceedances(0, 0.99), 0);
  });
});

describe('mergeHistograms', () => {
  it('gives what recording all values in one would', () => {
    fc.assert(
      fc.property(fc.array(times, { maxLength: 4 }), (threads) => {
        const merged = mergeHistograms(threads.map(recorded));
        assert.deepEqual(merged, recorded(threads.flat()));
        assert.equal(recordedCount(merged), threads.flat().length);
      }),
    );
  });
});

describe('encodeHistogram', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1e15, noNaN: true }), (values, sum) => {
        const histogram = { ...recorded(values), sum };
        assert.deepEqual(decodeHistogram(encodeHistogram(histogram)), histogram);
      }),
    );
    assert.deepEqual(decodeHistogram(encodeHistogram(emptyHistogram)), emptyHistogram);
    const large = { buckets: [0, 4479], counts: [1, Number.MAX_SAFE_INTEGER], sum: 0.5 };
    assert.deepEqual(decodeHistogram(encodeHistogram(large)), large);
  });

  it('refuses what no histogram encodes to', () => {
    const text = encodeHistogram(recorded([5, 700, 700, 1e6]));
    assert.throws(() => decodeHistogram(text.slice(0, 8)));
    assert.throws(() => decodeHistogram('AAAA'));
    const beyond = encodeHistogram({ buckets: [bucketCount], counts: [1], sum: 0 });
    assert.throws(() => decodeHistogram(beyond), /impossible bucket/);
    const twice = encodeHistogram({ buckets: [7, 7], counts: [1, 1], sum: 0 });
    assert.throws(() => decodeHistogram(twice), /impossible bucket/);
  });
});
