import type { Plan } from '../workload/plan.js';

/** The longest that one operation of the plan may lawfully sleep or wait for its turn, ns. */
export function longestSleepNs(plan: Plan): number {
  const device = Math.max(0, ...plan.space.regions.map((region) => region.ioNs));
  const perPage = device + plan.space.notifierNs;
  return Math.max(
    0,
    ...plan.roles.map((role) => {
      const operation = Math.max(...role.ops.map((op) => op.holdNs + Math.abs(op.pages) * perPage));
      const between = role.rate > 0 ? (10 * role.threads * 1e9) / role.rate : 0;
      return operation + role.thinkNs + between;
    }),
  );
}
