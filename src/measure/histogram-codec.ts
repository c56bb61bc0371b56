import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { bucketCount } from './histogram.js';
import { emptyHistogram, type SparseHistogram } from './sparse-histogram.js';

/** Appends a whole number from 0 to 2^53 - 1 in groups of seven bits, least first (LEB128). */
export function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/**
 * A histogram as text: base64 of the raw deflate of the sum (float64, little-endian) and, for each bucket
 * in rising order, the distance from the bucket before and the count, as varints. '' if nothing was
 * recorded. About a fifth of the size of pairs in JSON.
 */
export function encodeHistogram(histogram: SparseHistogram): string {
  if (histogram.buckets.length === 0) return '';
  const bytes: number[] = [];
  let previous = 0;
  for (const [index, bucket] of histogram.buckets.entries()) {
    pushVarint(bytes, bucket - previous);
    pushVarint(bytes, histogram.counts[index] ?? 0);
    previous = bucket;
  }
  const sum = Buffer.alloc(8);
  sum.writeDoubleLE(histogram.sum);
  return deflateRawSync(Buffer.concat([sum, Buffer.from(bytes)])).toString('base64');
}

/** Bytes that inflating allocates at once. Most histograms take less; Node's own 16 KiB are most of its time. */
const chunkSize = 4096;

/** Undoes `encodeHistogram`. Throws an Error that says what is wrong with the text. */
export function decodeHistogram(text: string): SparseHistogram {
  if (text === '') return emptyHistogram;
  const bytes = inflateRawSync(Buffer.from(text, 'base64'), {
    maxOutputLength: 1 << 20,
    chunkSize,
  });
  if (bytes.length < 8) throw new Error('a histogram without its sum');
  const buckets: number[] = [];
  const counts: number[] = [];
  let at = 8;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('a histogram that ends within a number');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  let bucket = 0;
  while (at < bytes.length) {
    const distance = varint();
    const count = varint();
    bucket += distance;
    if (bucket >= bucketCount || count === 0 || (distance === 0 && buckets.length > 0)) {
      throw new Error('a histogram with an impossible bucket');
    }
    buckets.push(bucket);
    counts.push(count);
  }
  return { buckets, counts, sum: bytes.readDoubleLE(0) };
}

/**
 * A histogram that is decoded when it is first looked at, which throws what `decodeHistogram` throws. A class, so that
 * whoever looks at thousands of them meets one shape.
 */
export class SavedHistogram implements SparseHistogram {
  readonly #text: string;
  #decoded: SparseHistogram | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  get buckets(): readonly number[] {
    return this.#decode().buckets;
  }

  get counts(): readonly number[] {
    return this.#decode().counts;
  }

  get sum(): number {
    return this.#decode().sum;
  }

  #decode(): SparseHistogram {
    return (this.#decoded ??= decodeHistogram(this.#text));
  }
}
