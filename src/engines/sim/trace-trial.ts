import type { LockTable } from '../../locks/registry.js';
import type { Strategy } from '../../strategies/strategy.js';
import type { MachinePlan, Plan } from '../../workload/plan.js';
import type { Trial } from '../trial.js';
import { startNs } from './machine.js';
import { Trace, usualLimits, type TraceLimits } from './trace.js';
import { runTrial } from './trial.js';

/**
 * Runs a trial once more, and traces its window from the opening on. The trial is the same as without.
 *
 * @param windowNs how much of the window, at most all of it
 */
export function traceTrial(
  plan: Plan,
  machine: MachinePlan,
  strategy: Strategy,
  locks: LockTable,
  block: number,
  windowNs: number,
  limits: TraceLimits = usualLimits,
): { readonly trial: Trial; readonly trace: Trace } {
  const { durationNs, warmupNs } = plan.run;
  const trace = new Trace(startNs + warmupNs, Math.min(windowNs, durationNs), limits);
  const { trial } = runTrial(plan, machine, strategy, locks, block, 0, trace);
  trace.finish();
  return { trial, trace };
}
