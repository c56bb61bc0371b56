import type { Trial } from '../trial.js';
import type { TrialRequest } from './messages.js';
import { TrialPool } from './pool.js';
import { sideBySide } from './side-by-side.js';

/**
 * Runs trials in the order given, so many at once, and calls `finished` for each as it ends, with its place in
 * the list: which comes first depends on the host, what it holds does not. Resolves when all have ended, or soon after `signal`
 * aborts; what has not ended by then is given up.
 *
 * @param workers trials that run at once; default: as many as fit on the cores of the host
 * @throws EngineFailure what the first trial to fail says; no other is begun then
 */
export async function runTrials(
  requests: readonly TrialRequest[],
  finished: (index: number, trial: Trial) => void,
  signal: AbortSignal,
  workers = sideBySide(),
): Promise<void> {
  const pool = new TrialPool(workers);
  const stop = (): void => void pool.close();
  signal.addEventListener('abort', stop, { once: true });
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < requests.length && !failed && !signal.aborted) {
      const index = next++;
      const request = requests[index];
      if (request === undefined) return;
      const trial = await pool.run(request).catch((error: unknown) => {
        // Given up, it fails when its worker is ended, which is no news then.
        if (failed || signal.aborted) return undefined;
        failed = true;
        throw error;
      });
      if (trial !== undefined) finished(index, trial);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, requests.length) }, work));
  } finally {
    signal.removeEventListener('abort', stop);
    await pool.close();
  }
}
