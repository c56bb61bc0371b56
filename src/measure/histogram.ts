/**
 * Log-linear histogram of times in ns: exact below 256, then 128 buckets an octave, so a bucket is at most
 * 1/128 (0.8 %) of its value wide. The layout is the one HDR histograms use with 8 bits of precision.
 */
const subBucketBits = 7;
const exactBelow = 1 << (subBucketBits + 1);
const octaves = 33;

/** Number of buckets: values up to 2^41 ns (36 minutes); greater ones fall into the last. */
export const bucketCount = exactBelow + octaves * (1 << subBucketBits);

/** Bucket of a value of `ns` ≥ 0. */
export function bucketOf(ns: number): number {
  if (ns < exactBelow) return ns < 0 ? 0 : Math.floor(ns);
  let octave = 0;
  let scaled = ns;
  if (scaled >= 0x80000000) {
    scaled = Math.floor(scaled / 0x1000000);
    octave = 24;
    if (scaled < exactBelow) {
      scaled = Math.floor(ns / 0x100);
      octave = 8;
    }
  }
  const shift = 31 - Math.clz32(scaled) - subBucketBits;
  const bucket = ((octave + shift + 1) << subBucketBits) + ((scaled >>> shift) & 127);
  return bucket < bucketCount ? bucket : bucketCount - 1;
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
