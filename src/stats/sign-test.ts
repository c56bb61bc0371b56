/**
 * P(Bin(n, ½) ≥ count), exactly: the p value of a one-sided sign test in which `count` of `n` blocks lie on
 * the side in question. 1 for a count of 0 or less; `n` is at most 1000.
 */
export function atLeast(count: number, n: number): number {
  let probability = 0.5 ** n;
  let tail = 0;
  // From the far end, the smallest terms first, so that none is lost.
  for (let k = n; k >= Math.max(0, count); k--) {
    tail += probability;
    probability = (probability * k) / (n - k + 1);
  }
  return Math.min(1, tail);
}
