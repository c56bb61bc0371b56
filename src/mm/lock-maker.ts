import type { LockRecord } from '../locks/lock-record.js';
import type { Observed } from '../locks/observed.js';
import type { SleepingWordLock } from '../locks/sleeping-word-lock.js';

/** Makes the locks of one world, in an order that is the same in every thread. */
export interface LockMaker {
  /** What sleeps and what went wrong is noted here. */
  readonly record: LockRecord;
  /** The lock of every folio, on the lock word of its frame's record. */
  readonly folio: SleepingWordLock;
  /** A reverse-map lock: the strategy's `rmapLock`. */
  reverseMap(lockClass: 'i_mmap' | 'anon_vma'): Observed;
  /** A sleeping reader/writer lock that is the same under every strategy; `nested` as of `Observed`. */
  fixed(lockClass: 'inode' | 'uprobes' | 'invalidate', nested?: 0 | 1): Observed;
}
