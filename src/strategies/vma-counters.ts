import type { Counters } from '../machine/counters.js';
import { lockClassIndex } from '../machine/lock-class.js';
import type { Task } from '../machine/task.js';

const vmaClass = lockClassIndex('vma');

/**
 * The counters of the lock class `vma`, where strategies also count what faults try without `mmap_lock`: `retries`
 * are attempts that turned out to rest on a VMA that had changed, `fallbacks` faults that took `mmap_lock`.
 */
export const vmaCounters = (task: Task): Counters => task.counters[vmaClass] as Counters;
