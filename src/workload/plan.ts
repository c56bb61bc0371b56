import type { MachineProfile } from '../machine/machine-profile.js';
import type { UserLock } from '../locks/user-lock.js';

/**
 * A compiled workload: plain data, the same for every strategy and engine. Durations are ns, sizes are
 * 4 KiB pages, regions and files and roles are indices.
 */
export interface Plan {
  /** The workload's name. */
  readonly workload: string;
  readonly seed: number;
  /** All threads of all roles. */
  readonly threads: number;
  readonly space: SpacePlan;
  readonly roles: readonly RolePlan[];
  /** Thread id to what it plays. */
  readonly actors: readonly ActorPlan[];
  readonly run: RunPlan;
  /** The users' own locks, by label: text as read, where it came from, and its SHA-256. */
  readonly userLocks: Readonly<Record<string, UserLock>>;
  /** What `sim` runs it on; absent with engines that run on the machine they find. */
  readonly machine?: MachinePlan;
}

/** The whole profile, so that every figure can be computed again, and how many of its CPUs there are, from the first. */
export interface MachinePlan {
  readonly profile: MachineProfile;
  readonly cpus: number;
}

export type { UserLock };

export interface SpacePlan {
  readonly processes: number;
  readonly regions: readonly RegionPlan[];
  /** Pages that `mmap` and `brk` may use beyond the regions, in each process. */
  readonly mappablePages: number;
  /** 4 KiB frames of physical memory in one world. */
  readonly frames: number;
  /** Bytes the model may take; compile refuses a plan that needs more. */
  readonly memoryBytes: number;
  /** Share of unmapped pages that have a notifier, 0 to 1. */
  readonly notifierShare: number;
  /** How long a notifier callback sleeps. */
  readonly notifierNs: number;
}

export interface RegionPlan {
  readonly name: string;
  /** `file` regions of one name are one file, mapped by every process. */
  readonly kind: 'anon' | 'file';
  readonly vmas: number;
  /** Of each VMA. */
  readonly pages: number;
  /** Share of the file's pages in the page cache at the start, 0 to 1; of an anonymous region: present pages. */
  readonly resident: number;
  /** Time to read one page from the device. */
  readonly ioNs: number;
  readonly writable: boolean;
  /** Private file mappings copy on write; breakpoints go into executable private ones. */
  readonly shared: boolean;
  readonly executable: boolean;
  /** Probes in each VMA's text from the start. */
  readonly probes: number;
}

export type Pick = 'sequential' | 'random';

/** Every operation that a workload can name. */
export const operationNames = [
  'fault',
  'mmap',
  'munmap',
  'mprotect',
  'brk',
  'madvise',
  'fork',
  'gup',
  'gup-fast',
  'rmap-walk',
  'notifier',
  'uprobe-register',
  'uprobe-unregister',
  'exec-text',
  'file-write',
  'truncate',
  'section',
] as const;
export type OperationName = (typeof operationNames)[number];

/** `region` when an operation works on what its thread mapped last. */
export const mappedRegion = -1;
/** `region` of an operation that works on none. */
export const noRegion = -2;

/**
 * Word of a text page at which a workload's probes sit and at which `exec-text` executes, so that whoever
 * executes a probed page meets its breakpoint.
 */
export const probeOffset = 16;

/** One entry of a role's `ops`. Every field is there whatever the operation, so that all entries have one shape. */
export interface OperationPlan {
  readonly op: OperationName;
  /** Row of the results: index into `RolePlan.rows`. */
  readonly row: number;
  /** Index of a region, or `mappedRegion`; of `file-write` the user's buffer; -2 where the operation has none. */
  readonly region: number;
  /**
   * Pages of one call; of `fault`, `exec-text` and `file-write`: how many times it is done a round. Negative
   * where `brk` shrinks. What a file leaves out is filled in: the whole of what is mapped, or the span.
   */
  readonly pages: number;
  /** Write access; of `mprotect`: the pages become writable. */
  readonly write: boolean;
  readonly pick: Pick;
  /** Pages of a thread's own span; 0: `shared`, the whole region. Of `mappedRegion`: always 0, all of it. */
  readonly span: number;
  readonly weight: number;
  /** `mmap`: populate. `gup`: the caller holds `mmap_lock` already. `section`: sleeps instead of working. */
  readonly populate: boolean;
  readonly held: boolean;
  readonly sleeps: boolean;
  /** Overrides the strategy's policy for `gup`; '' leaves it. */
  readonly caller: '' | 'locked' | 'unlocked' | 'fast';
  /**
   * `mmap`: region index of the file to map, or -1 for anonymous memory. `file-write`: region index of the
   * file written; its pages are taken like the buffer's, by `pick` from the thread's span.
   */
  readonly file: number;
  /** `section`: which lock, and the share of write acquisitions. */
  readonly lock: 'mmap_lock' | 'rmap_lock';
  readonly writeShare: number;
  /** `section`: time inside. `gup`: how long the pages stay pinned. `fork`: how long the child lives. */
  readonly holdNs: number;
}

export interface RolePlan {
  readonly name: string;
  readonly main: boolean;
  readonly threads: number;
  readonly ops: readonly OperationPlan[];
  /** 1 if each round picks one entry by weight, 0 if it does all in order. */
  readonly weighted: boolean;
  /** Names of the rows of results: the operations, and `refill` where a span is dropped. */
  readonly rows: readonly string[];
  readonly thinkNs: number;
  /** Rounds a second of the whole role; 0: closed loop. */
  readonly rate: number;
  readonly arrival: 'poisson' | 'constant';
}

export interface ActorPlan {
  readonly role: number;
  /** Index within the role, 0 to `RolePlan.threads` - 1. */
  readonly index: number;
  readonly process: number;
}

export interface RunPlan {
  readonly durationNs: number;
  /** Cap of the warm-up. */
  readonly warmupNs: number;
  readonly blocks: number;
}
