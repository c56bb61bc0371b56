import { type LockTable, lockTable } from '../locks/registry.js';
import { loadUserLock } from '../locks/user-lock.js';
import type { Plan } from '../workload/plan.js';

/** The built-in locks, in the form of the tree this was loaded from, and the plan's own in that form. Throws `LockFileError` if one does not load. */
export async function loadLocks(plan: Plan, form: 'steps' | 'direct'): Promise<LockTable> {
  return lockTable(
    await Promise.all(
      Object.entries(plan.userLocks).map(
        async ([label, lock]) => [label, await loadUserLock(lock, form)] as const,
      ),
    ),
  );
}
