import { parentPort } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
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
  if (error instanceof EngineFailure) return { ok: false, kind: error.kind, message };
  const culprit = Object.entries(plan.userLocks).find(([, lock]) =>
    stack.includes(pathToFileURL(lock.path).href),
  );
  const lines = stack
    .split('\n')
    .slice(1, 6)
    .map((line) => `\n${line}`)
    .join('');
  return culprit === undefined
    ? { ok: false, kind: 'worker-died', message: `${where}: ${message}${lines}` }
    : {
        ok: false,
        kind: 'lock-threw',
        message: `${where}: the lock ${culprit[0]} (${culprit[1].path}) threw ${message}${lines}`,
      };
}

parentPort?.on('message', (request: TrialRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});
