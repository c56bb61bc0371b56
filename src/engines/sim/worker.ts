import { parentPort } from 'node:worker_threads';
import { blame } from '../blame.js';
import { EngineFailure } from '../engine.js';
import { loadLocks } from '../load-locks.js';
import type { TrialReply, TrialRequest } from './messages.js';
import { runTrial } from './trial.js';

/** Runs trials one after the other, each on a machine of its own. */
async function answer(request: TrialRequest): Promise<TrialReply> {
  const { block, plan, position, strategy } = request;
  try {
    if (plan.machine === undefined) throw new Error('the plan names no machine');
    const locks = await loadLocks(plan, 'steps');
    return { ok: true, ...runTrial(plan, plan.machine, strategy, locks, block, position) };
  } catch (error) {
    return failure(error, request);
  }
}

function failure(error: unknown, { block, plan, strategy }: TrialRequest): TrialReply {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where = `strategy ${strategy.name}, block ${block}`;
  const failed = error instanceof EngineFailure ? error : blame(where, message, stack, plan);
  return { ok: false, kind: failed.kind, message: failed.message };
}

parentPort?.on('message', (request: TrialRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});
