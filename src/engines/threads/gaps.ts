import { histogramQuantile } from '../../measure/sparse-histogram.js';
import type { Plan } from '../../workload/plan.js';
import type { HarnessCost } from '../engine.js';
import type { Trial } from '../trial.js';

/** Share of an operation's time that timing it may cost. */
const timingShare = 0.05;
const largestGap = 1024;

/**
 * How seldom each operation is timed, by role and row: one for all strategies of the run, so that their
 * figures are alike. The fastest strategy's typical time decides; timing may cost a twentieth of it.
 * A role with a rate is timed always, as it looks at the clock anyway.
 *
 * @param pilots one short trial of each strategy, all operations timed
 */
export function chooseGaps(
  plan: Plan,
  pilots: readonly Trial[],
  harness: HarnessCost,
): readonly (readonly number[])[] {
  const costNs = Math.max(harness.timedOperationNs - harness.emptyOperationNs, 0);
  return plan.roles.map((role) =>
    role.rows.map((op) => {
      if (role.rate > 0) return 1;
      const typical = pilots.flatMap((pilot) => {
        const row = pilot.rows.find((found) => found.role === role.name && found.op === op);
        const median = row === undefined ? null : histogramQuantile(row.latency, 0.5);
        return median === null ? [] : [Math.max(1, median - harness.clockNs)];
      });
      return typical.length === 0 ? 1 : gapFor(Math.min(...typical), costNs);
    }),
  );
}

/** A power of two, so that two runs agree unless they differ much. */
export function gapFor(operationNs: number, timingNs: number): number {
  const least = timingNs / (timingShare * operationNs);
  return least <= 1 ? 1 : Math.min(largestGap, 2 ** Math.ceil(Math.log2(least)));
}
