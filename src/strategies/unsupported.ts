import type { LockTable } from '../locks/registry.js';
import type { Plan } from '../workload/plan.js';
import { sleepingPlaces } from './sleeping-places.js';
import type { Strategy } from './strategy.js';

/**
 * Why a strategy cannot run a plan, or '': one of its locks does not let its holder sleep, and the plan has
 * an operation that would. The first such place is named: lock, role, operation, what it would sleep for.
 */
export function unsupported(plan: Plan, strategy: Strategy, locks: LockTable): string {
  for (const role of plan.roles) {
    for (const entry of role.ops) {
      for (const { lock, ops, cause } of sleepingPlaces) {
        const label = lock === 'mmap_lock' ? strategy.mmapLock : strategy.rmapLock;
        if (!ops.includes(entry.op) || locks.get(label)?.sleeps !== false) continue;
        const reason = cause({ plan, role, entry, strategy });
        if (reason === '') continue;
        return `${lock} ${label}: role "${role.name}", op ${entry.op}: its holder would sleep for ${reason}`;
      }
    }
  }
  return '';
}
