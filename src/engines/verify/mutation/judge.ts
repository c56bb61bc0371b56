import { lockTarget } from '../lock-target.js';
import type { Size } from '../target.js';
import { verifyTarget, type VerifyBounds } from '../verify-target.js';
import { mutatedLock, type Replaced } from './mutated-lock.js';

/** What came of exploring a mutant. */
export type Judgement =
  | { readonly outcome: 'killed'; readonly by: string }
  /** All was explored, and nothing is wrong. */
  | { readonly outcome: 'proved' }
  /** Nothing is wrong as far as it was explored. */
  | { readonly outcome: 'time' };

/** What some changes take to be seen; explored as far as the time goes. */
const larger: readonly Size[] = [
  { threads: 3, rounds: 2 },
  { threads: 4, rounds: 1 },
];

/** Explores a mutant for at most so long. */
export async function judge(
  directory: string,
  id: number,
  candidate: Replaced,
  timeMs: number,
): Promise<Judgement> {
  const bounds: Omit<VerifyBounds, 'sizes'> = {
    deviations: 1,
    maxExecutions: Infinity,
    timeMs,
    maxSteps: 1000,
    shortenMs: 0,
  };
  try {
    const target = lockTarget(await mutatedLock(directory, id, candidate));
    const { fault, scenarios } = await verifyTarget(target, {
      ...bounds,
      sizes: [...target.sizes, ...larger],
    });
    if (fault !== undefined) return { outcome: 'killed', by: fault.fault.kind };
    // What goes on without end where the lock itself does not has been found out, though no thread is stuck.
    if (scenarios.some(({ cut }) => cut > 0)) return { outcome: 'killed', by: 'livelock' };
    return { outcome: scenarios.every(({ exhausted }) => exhausted) ? 'proved' : 'time' };
  } catch (error) {
    return { outcome: 'killed', by: `thrown: ${String(error)}` };
  }
}
