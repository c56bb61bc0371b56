/** Least number of blocks with which a one-sided sign test reaches the level: all of them on one side. */
export const leastDecisive = (alpha: number): number => Math.ceil(-Math.log2(alpha));

/**
 * P(Bin(n, p) ≥ count), exactly. At p = ½ it is the p value of a one-sided sign test in which `count` of `n` blocks
 * lie on the side in question. 1 for a count of 0 or less; `n` is at most 1000 at p = ½, 100 elsewhere.
 */
export function atLeast(count: number, n: number, p = 0.5): number {
  let probability = p ** n;
  let tail = 0;
  // From the far end, the smallest terms first, so that none is lost.
  for (let k = n; k >= Math.max(0, count); k--) {
    tail += probability;
    probability = (probability * k * (1 - p)) / ((n - k + 1) * p);
  }
  return Math.min(1, tail);
}
