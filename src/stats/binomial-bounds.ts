import { atLeast } from './sign-test.js';

/** Bisections of [0, 1]: enough for any figure that is printed. */
const halvings = 40;

/**
 * Exact (Clopper-Pearson) bounds of a probability, given that something happened `count` times in `trials`: the
 * least and the greatest at which so many, or so few, are no surprise at half of 1 − confidence each. [0, 1] without
 * trials. Source: Clopper, Pearson, The Use of Confidence or Fiducial Limits Illustrated in the Case of the
 * Binomial, Biometrika 26, 1934.
 */
export function binomialBounds(
  count: number,
  trials: number,
  confidence = 0.95,
): { readonly low: number; readonly high: number } {
  const surprise = (1 - confidence) / 2;
  const low = count === 0 ? 0 : bisect((p) => atLeast(count, trials, p) >= surprise);
  const high =
    count === trials ? 1 : bisect((p) => atLeast(trials - count, trials, 1 - p) < surprise);
  return { low, high };
}

/** Where a condition that holds from some point of [0, 1] on begins to hold. */
function bisect(holds: (p: number) => boolean): number {
  let from = 0;
  let to = 1;
  for (let i = 0; i < halvings; i++) {
    const middle = (from + to) / 2;
    if (holds(middle)) to = middle;
    else from = middle;
  }
  return to;
}
