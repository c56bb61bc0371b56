/** How the address space is locked. */
export const granularities = [
  'whole',
  'range',
  'vma-rwsem',
  'vma-seq',
  'vma-ref',
  'speculative-vma',
  'speculative-mm',
  'rcu',
  'radix',
  'corten',
  'unlocked',
  'private',
] as const;
export type Granularity = (typeof granularities)[number];

/**
 * What maps pages to VMAs under it: a tree that one change at a time copies, or slots, of which each change has
 * its own, so that changes of different ranges run in parallel.
 */
export const indexOf = (granularity: Granularity): 'tree' | 'slots' =>
  granularity === 'radix' || granularity === 'corten' ? 'slots' : 'tree';

/** What is locked of a range lock: everything by everyone, or no more than is touched where that will do. */
export const rangePolicies = ['full', 'refined'] as const;
export type RangePolicy = (typeof rangePolicies)[number];

/** What a fault does with the lock when it must read from a device (facts, B.1.3). */
export const faultIoPolicies = ['hold', 'wait', 'drop'] as const;
export type FaultIo = (typeof faultIoPolicies)[number];

export const unmapPolicies = ['hold', 'downgrade'] as const;
export type Unmap = (typeof unmapPolicies)[number];

export const populatePolicies = ['inside', 'after'] as const;
export type Populate = (typeof populatePolicies)[number];

export const gupPolicies = ['locked', 'unlocked', 'fast'] as const;
export type Gup = (typeof gupPolicies)[number];

/** When breakpoints are written into a new mapping of a probed file (facts, B.11, variants a, b, c). */
export const uprobesPolicies = ['inside', 'deferred', 'prefetched'] as const;
export type Uprobes = (typeof uprobesPolicies)[number];

/** A strategy with every field filled in. Plain data, so that it can be sent to a worker and saved. */
export interface Strategy {
  readonly name: string;
  readonly about: string;
  readonly granularity: Granularity;
  /** Name of a lock: a built-in's, or the label of a user's in `Plan.userLocks`. '' under `radix`, which has its own. */
  readonly mmapLock: string;
  /** The lock of each `anon_vma` root and of each file's `i_mmap`. */
  readonly rmapLock: string;
  /** Of granularity `range`; `full` in all others. */
  readonly range: RangePolicy;
  readonly faultIo: FaultIo;
  readonly unmap: Unmap;
  readonly populate: Populate;
  readonly gup: Gup;
  readonly uprobes: Uprobes;
  /** Pages after which a long operation drops `mmap_lock` and takes it again; 0 is never. */
  readonly holdLimit: number;
}
