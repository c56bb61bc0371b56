import type { Preset } from './presets.js';
import type { StrategyFields } from './fields.js';

/** What all kernels of a time had in common, from the oldest to the newest; each is the one before with changes. */
const linux32 = {
  mmap_lock: 'rwsem-fifo',
  rmap_lock: 'mutex-spin',
  fault_io: 'wait',
  unmap: 'hold',
  populate: 'inside',
  gup: 'locked',
} as const satisfies Preset['fields'];
const linux38 = { ...linux32, rmap_lock: 'rwsem-fifo' } as const;
const linux310 = {
  ...linux38,
  mmap_lock: 'rwsem-steal',
  rmap_lock: 'rwsem-steal',
  populate: 'after',
} as const;
const linux316 = { ...linux310, mmap_lock: 'rwsem-spin', rmap_lock: 'rwsem-spin' } as const;
const linux44 = { ...linux316, gup: 'unlocked' } as const;
const linux420 = { ...linux44, unmap: 'downgrade' } as const;
const linux54 = {
  ...linux420,
  mmap_lock: 'rwsem-reader-spin',
  rmap_lock: 'rwsem-reader-spin',
  fault_io: 'drop',
} as const;
const linux61 = { ...linux54, mmap_lock: 'rwsem-handoff', rmap_lock: 'rwsem-handoff' } as const;

const kernel = (
  version: string,
  about: string,
  fields: Omit<StrategyFields, 'name' | 'about'>,
): Preset => ({
  name: `linux-${version}`,
  about,
  fields,
});

/**
 * Linux from 2012 to today, a preset for each step that changed how an address space is locked (facts, C). What
 * else changed in those years is in none of them.
 */
export const kernels: readonly Preset[] = [
  kernel(
    '3.2',
    '2012: a FIFO semaphore, reverse maps under mutexes; faults wait for I/O without the lock, since 2.6.37',
    linux32,
  ),
  kernel('3.8', 'reverse maps under FIFO semaphores: readers share, and writers lose', linux38),
  kernel(
    '3.10',
    'writers steal the semaphore; what mmap populates is faulted in after the lock is dropped',
    linux310,
  ),
  kernel('3.16', '2014: writers spin while the owner runs', linux316),
  kernel('4.4', 'get_user_pages lets faults drop the lock, since 4.0', linux44),
  kernel('4.20', '2018: munmap clears pages under a read lock', linux420),
  kernel(
    '5.4',
    '2019: the rewritten semaphore, with readers that spin; faults drop the lock before all file I/O, since 5.1',
    linux54,
  ),
  kernel(
    '6.1',
    '2022: the semaphore of today, with handoff, whose readers do not spin any more',
    linux61,
  ),
  kernel('6.4', '2023: a lock in each VMA, which faults try first', {
    ...linux61,
    granularity: 'vma-seq',
  }),
  kernel('6.15', '2025: the lock of a VMA is a reference count', {
    ...linux61,
    granularity: 'vma-ref',
  }),
];
