import { max, min, sum } from 'simple-statistics';

/**
 * Jain's fairness index of what each thread got: 1 when all got the same, 1/n when one got everything.
 * Null when nobody got anything. Source: Jain, Chiu, Hawe, DEC-TR-301 (1984).
 */
export function jainIndex(shares: readonly number[]): number | null {
  const total = sum(Array.from(shares));
  if (total === 0) return null;
  return (total * total) / (shares.length * sum(shares.map((share) => share * share)));
}

/** Least and greatest share of the total, 0 to 1; null when the total is 0. */
export function shareRange(counts: readonly number[]): { min: number; max: number } | null {
  const list = Array.from(counts);
  const total = sum(list);
  return total === 0 ? null : { min: min(list) / total, max: max(list) / total };
}
