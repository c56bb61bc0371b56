import type { Plan } from '../workload/plan.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Trial } from './trial.js';

/** What an engine tells while it runs. */
export type EngineEvent =
  | { readonly type: 'calibrated'; readonly harness: HarnessCost }
  | { readonly type: 'block-started'; readonly block: number }
  | { readonly type: 'trial-finished'; readonly trial: Trial }
  | { readonly type: 'block-finished'; readonly block: number }
  | { readonly type: 'note'; readonly text: string };

/** What the harness itself costs on this machine, measured in the run. ns. */
export interface HarnessCost {
  readonly clockNs: number;
  /** Smallest step of the clock. */
  readonly clockStepNs: number;
  /** An empty operation through the actor loop, not timed, and timed. */
  readonly emptyOperationNs: number;
  readonly timedOperationNs: number;
  /** By how much a sleep overshoots, and the shortest sleep there is. */
  readonly sleepOvershootNs: number;
  readonly sleepFloorNs: number;
  /** Spin budget of `awaitChange`. */
  readonly spinBudgetNs: number;
}

export interface Engine {
  /**
   * Runs every strategy once in each block, in the order given (each of `orders` lists indices into
   * `strategies`), and reports each trial as it finishes. The next order is asked for when the block before it
   * has finished, so that what was measured may decide whether there is one. Rejects with `EngineFailure` when a worker dies;
   * resolves early, after the trial in progress was given up, when `signal` aborts.
   */
  run(
    plan: Plan,
    strategies: readonly Strategy[],
    orders: Iterable<readonly number[]>,
    report: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** An engine could not go on: which block and strategy, and why. */
export class EngineFailure extends Error {
  readonly kind: 'worker-died' | 'lock-threw' | 'watchdog' | 'killed';

  constructor(kind: EngineFailure['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
