import type { LockTable } from '../locks/registry.js';
import type { Plan } from '../workload/plan.js';
import { sleepingPlaces } from './sleeping-places.js';
import type { Strategy } from './strategy.js';

/**
 * Why a strategy cannot run a plan, or '': one of its locks does not let its holder sleep, and the plan has
 * an operation that would. The first such place is named: lock, role, operation, what it would sleep for. Without a
 * lock nobody may sleep in the middle of an operation either, and only a simulator can run its operations at all.
 */
export function unsupported(plan: Plan, strategy: Strategy, locks: LockTable): string {
  const isUnlocked = strategy.granularity === 'unlocked';
  if (isUnlocked && plan.machine === undefined) {
    return 'without a lock the model would race on threads: it runs on simulated CPUs only (--engine sim)';
  }
  for (const role of plan.roles) {
    for (const entry of role.ops) {
      for (const { lock, ops, cause } of sleepingPlaces) {
        const label = lock === 'mmap_lock' ? strategy.mmapLock : strategy.rmapLock;
        if (!ops.includes(entry.op)) continue;
        if (locks.get(label)?.sleeps !== false && !isUnlocked) continue;
        const reason = cause({ plan, role, entry, strategy });
        if (reason === '') continue;
        if (isUnlocked) {
          return `role "${role.name}", op ${entry.op}: others would change what it works on while it sleeps for ${reason}`;
        }
        return `${lock} ${label}: role "${role.name}", op ${entry.op}: its holder would sleep for ${reason}`;
      }
    }
  }
  return '';
}
