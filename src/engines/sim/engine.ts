import type { Strategy } from '../../strategies/strategy.js';
import type { Plan } from '../../workload/plan.js';
import type { Engine, EngineEvent } from '../engine.js';
import type { Trial } from '../trial.js';
import { TrialPool } from './pool.js';
import { sideBySide } from './side-by-side.js';

/**
 * Runs the model on simulated machines, the trials of a block side by side on the cores of the host. The same plan
 * gives the same trials, in the same order, whatever the host.
 */
export class SimEngine implements Engine {
  readonly #workers: number;

  /** @param workers trials that run at once; default: the cores of the host */
  constructor(workers = sideBySide()) {
    this.#workers = workers;
  }

  async run(
    plan: Plan,
    strategies: readonly Strategy[],
    orders: Iterable<readonly number[]>,
    report: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const pool = new TrialPool(this.#workers);
    const stop = (): void => void pool.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      let block = 0;
      for (const order of orders) {
        if (stopped(signal)) break;
        block++;
        report({ type: 'block-started', block });
        const trials = order.map((index, position) => {
          const strategy = strategies[index];
          if (strategy === undefined) {
            throw new Error(`block ${block} names strategy ${index} of ${strategies.length}`);
          }
          return pool.run({ plan, strategy, block, position });
        });
        await inOrder(trials, report, signal);
        if (!stopped(signal)) report({ type: 'block-finished', block });
      }
    } finally {
      signal.removeEventListener('abort', stop);
      await pool.close();
    }
  }
}

/** Reports trials in the order of their positions, each as soon as it and those before it are there. */
async function inOrder(
  trials: readonly Promise<Trial>[],
  report: (event: EngineEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  // One that fails ends the block; the others' failures are then no news.
  for (const trial of trials) trial.catch(() => undefined);
  for (const trial of trials) {
    const finished = await trial.catch((error: unknown) => {
      // Ending the workers makes their trials fail.
      if (stopped(signal)) return undefined;
      throw error;
    });
    if (finished === undefined) return;
    report({ type: 'trial-finished', trial: finished });
  }
}

/** A call, as the answer may change across an `await`. */
const stopped = (signal: AbortSignal): boolean => signal.aborted;
