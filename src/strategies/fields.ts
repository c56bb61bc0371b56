import type { FaultIo, Gup, Populate, RangePolicy, Unmap, Uprobes } from './strategy.js';

/** A strategy as a user defines it, keys as in a workload file; what is left out has a default. */
export interface StrategyFields {
  readonly name: string;
  readonly about?: string | undefined;
  readonly granularity?: string | undefined;
  /** Name of a lock, or path of a lock file. Required unless `private` or `radix`. */
  readonly mmap_lock?: string | undefined;
  readonly rmap_lock?: string | undefined;
  readonly range?: RangePolicy | undefined;
  readonly fault_io?: FaultIo | undefined;
  readonly unmap?: Unmap | undefined;
  readonly populate?: Populate | undefined;
  readonly gup?: Gup | undefined;
  readonly uprobes?: Uprobes | undefined;
  /** Pages; 0: none. */
  readonly hold_limit?: number | undefined;
}

/** What stands in a list of strategies: a name, the path of a lock file, or a definition. */
export type StrategyEntry = string | StrategyFields;

/** Whether a word is the path of a lock file rather than a name. */
export const isLockPath = (word: string): boolean => /[/\\]|\.m?js$/.test(word);

/** The paths of lock files that an entry mentions, so that they can be read before it is resolved. */
export function lockPaths(entry: StrategyEntry): string[] {
  const words = typeof entry === 'string' ? [entry] : [entry.mmap_lock, entry.rmap_lock];
  return words.filter((word): word is string => word !== undefined && isLockPath(word));
}
