import { type LockTable, lockTable } from '../../locks/registry.js';
import { loadUserLock } from '../../locks/user-lock.js';
import type { Plan } from '../../workload/plan.js';

/** The built-in locks and the plan's own, in direct form. Throws `LockFileError` if one does not load. */
export async function loadLocks(plan: Plan): Promise<LockTable> {
  return lockTable(
    await Promise.all(
      Object.entries(plan.userLocks).map(
        async ([label, lock]) => [label, await loadUserLock(lock, 'direct')] as const,
      ),
    ),
  );
}
