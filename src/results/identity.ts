import type { Result } from './result.js';

/**
 * A text that two files have in common if they hold one run. Two runs may begin in one millisecond, but not on one
 * machine with one seed; simulated runs are one if the same was run by the same code;
 * a shard is not the sweep that it is merged into.
 */
export function identityOf({ environment, seed, mmlock, label, sweep, workloads }: Result): string {
  if (environment !== null) return `${environment.started} ${environment.host} ${seed}`;
  const ran = workloads.map(({ plan, strategies, orders }) => [plan, strategies, orders]);
  return JSON.stringify([mmlock, label, seed, sweep, ran]);
}

/** When a run began, UTC, ISO 8601, for sorting: '' where it has no time, as it was simulated. */
export const startOf = ({ environment }: Pick<Result, 'environment'>): string =>
  environment?.started ?? '';
