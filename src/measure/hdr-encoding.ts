import { deflateSync } from 'node:zlib';
import { bucketCount, bucketHigh } from './histogram.js';
import { pushVarint } from './histogram-codec.js';
import type { SparseHistogram } from './sparse-histogram.js';

/** Cookies of version 2, `0x10` being its word size, which means ZigZag LEB128. */
const encodingCookie = 0x1c849303 | 0x10;
const compressedCookie = 0x1c849304 | 0x10;

/** HDR's name for 256 values that are told apart, then 128 buckets an octave: our own layout, bucket by bucket. */
const significantDigits = 2;

/**
 * A histogram in the encoding of HdrHistogram: version 2, deflated, base64. Its counts array has our buckets at our
 * indices, so nothing is lost but the exact sum, for which the encoding has no place. `zeros` more values of 0 belong
 * to it though they were not recorded.
 *
 * Source: HdrHistogram 2.1.12, AbstractHistogram.encodeIntoByteBuffer and encodeIntoCompressedByteBuffer.
 */
export function encodeHdr(histogram: SparseHistogram, zeros = 0): string {
  const counts = zigZagCounts(histogram, zeros);
  const header = Buffer.alloc(40);
  header.writeInt32BE(encodingCookie, 0);
  header.writeInt32BE(counts.length, 4);
  // Offset of index normalisation.
  header.writeInt32BE(0, 8);
  header.writeInt32BE(significantDigits, 12);
  // Least value told from 0, and greatest value, ns.
  header.writeBigInt64BE(1n, 16);
  header.writeBigInt64BE(BigInt(bucketHigh(bucketCount - 1)), 24);
  // Ratio of integers to the doubles they stand for.
  header.writeDoubleBE(1, 32);
  const deflated = deflateSync(Buffer.concat([header, counts]));
  const compressedHeader = Buffer.alloc(8);
  compressedHeader.writeInt32BE(compressedCookie, 0);
  compressedHeader.writeInt32BE(deflated.length, 4);
  return Buffer.concat([compressedHeader, deflated]).toString('base64');
}

/** Counts from index 0 to the last that is not empty; a run of empty ones is its negative length. */
function zigZagCounts({ buckets, counts }: SparseHistogram, zeros: number): Buffer {
  const bytes: number[] = [];
  let next = 0;
  const pushCount = (bucket: number, count: number): void => {
    // ZigZag has n at 2n and −n at 2n − 1.
    if (bucket > next) pushVarint(bytes, 2 * (bucket - next) - 1);
    pushVarint(bytes, 2 * count);
    next = bucket + 1;
  };
  if (zeros > 0 && buckets[0] !== 0) pushCount(0, zeros);
  buckets.forEach((bucket, index) => {
    pushCount(bucket, (counts[index] ?? 0) + (bucket === 0 ? zeros : 0));
  });
  return Buffer.from(bytes);
}
