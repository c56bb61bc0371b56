/**
 * Holm's step-down adjustment, in the order given: rejecting where the adjusted value is at most α keeps the
 * probability of any false rejection in the family at α, whatever the tests' dependence. At most 1.
 * Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6, 1979.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index);
  order.sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let greatest = 0;
  for (const [rank, index] of order.entries()) {
    greatest = Math.max(greatest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 1)));
    adjusted[index] = greatest;
  }
  return adjusted;
}
