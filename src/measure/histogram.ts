/**
 * Log-linear histogram of times in ns: exact below 256, then 128 buckets an octave, so a bucket is at most
 * 1/128 (0.8 %) of its value wide. The layout is the one HDR histograms use with 8 bits of precision.
 */
const subBucketBits = 7;
const exactBelow = 1 << (subBucketBits + 1);
const octaves = 33;

/** Number of buckets: values up to 2^41 ns (36 minutes); greater ones fall into the last. */
export const bucketCount = exactBelow + octaves * (1 << subBucketBits);

const smallIntegers = 2 ** 31;
/** Brings values that do not fit 31 bits into them; what is shifted out is far below a bucket's width. */
const largeBits = 10;
const largeScale = 2 ** largeBits;
const limit = 2 ** 41;

/** Bucket of a value of `ns`; negative ones count as 0. Fractions are cut off. */
export function bucketOf(ns: number): number {
  if (ns < exactBelow) return ns > 0 ? ns | 0 : 0;
  if (ns < smallIntegers) {
    const shift = 31 - subBucketBits - Math.clz32(ns);
    return (shift << subBucketBits) + (ns >>> shift);
  }
  if (!(ns < limit)) return bucketCount - 1;
  const scaled = Math.floor(ns / largeScale);
  const shift = 31 - subBucketBits - Math.clz32(scaled);
  return ((shift + largeBits) << subBucketBits) + (scaled >>> shift);
}

/** Smallest value, in ns, that falls into the bucket. */
export function bucketLow(bucket: number): number {
  if (bucket < exactBelow) return bucket;
  const shift = (bucket >> subBucketBits) - 1;
  return ((bucket & 127) + 128) * 2 ** shift;
}

/** Largest whole value, in ns, that falls into the bucket: what a percentile reports. */
export function bucketHigh(bucket: number): number {
  return bucketLow(bucket + 1) - 1;
}
