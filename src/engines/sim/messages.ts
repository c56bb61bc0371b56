import type { Strategy } from '../../strategies/strategy.js';
import type { Plan } from '../../workload/plan.js';
import type { EngineFailure } from '../engine.js';
import type { Trial } from '../trial.js';

/** One trial that a worker is to run. */
export interface TrialRequest {
  readonly plan: Plan;
  readonly strategy: Strategy;
  /** Block, from 1, and the strategy's position in it, from 0. */
  readonly block: number;
  readonly position: number;
}

export type TrialReply =
  /** `hostMs`: how long the simulation took on the host. */
  | { readonly ok: true; readonly trial: Trial; readonly hostMs: number }
  | { readonly ok: false; readonly kind: EngineFailure['kind']; readonly message: string };
