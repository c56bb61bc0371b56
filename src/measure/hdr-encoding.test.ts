import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { encodeHdr } from './hdr-encoding.js';
import { bucketCount, bucketHigh, bucketOf } from './histogram.js';
import { histogramQuantile, recordedCount, sparseHistogram } from './sparse-histogram.js';

/** From another implementation, whose buckets are then asked for ours. */
const decode = (text: string) => decodeFromCompressedBase64(text, 64, false);

const values = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([bits, share]) => Math.floor(2 ** bits * (1 + share)) - 1),
  { minLength: 1, maxLength: 200 },
);

const histogramOf = (all: readonly number[]) => {
  const full = new Array<number>(bucketCount).fill(0);
  for (const value of all) full[bucketOf(value)] = (full[bucketOf(value)] ?? 0) + 1;
  return sparseHistogram(full, 0);
};

describe('the encoding of HdrHistogram', () => {
  it('gives another implementation our counts and our quantiles, exactly', () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 500 }), (all, zeros) => {
        const histogram = histogramOf(all);
        const decoded = decode(encodeHdr(histogram, zeros));
        assert.equal(decoded.totalCount, recordedCount(histogram) + zeros);
        for (const quantile of [0.01, 0.5, 0.9, 0.99, 1]) {
          assert.equal(
            decoded.getValueAtPercentile(quantile * 100),
            histogramQuantile(histogram, quantile, zeros),
          );
        }
        assert.equal(decoded.maxValue, bucketHigh(histogram.buckets.at(-1) ?? 0));
      }),
    );
  });

  it('holds the last bucket, and counts beyond 32 bits', () => {
    const last = { buckets: [0, 1, bucketCount - 1], counts: [1, 2 ** 40, 3], sum: 0 };
    const decoded = decode(encodeHdr(last));
    assert.equal(decoded.totalCount, 2 ** 40 + 4);
    assert.equal(decoded.getValueAtPercentile(50), 1);
    assert.equal(decoded.maxValue, 2 ** 41 - 1);
  });

  it('begins as every such text does, and is empty where nothing was recorded', () => {
    const text = encodeHdr({ buckets: [], counts: [], sum: 0 });
    assert.ok(text.startsWith('HISTF'));
    assert.equal(decode(text).totalCount, 0);
  });
});
