import type { Layout } from '../machine/layout.js';
import type { ObservedRange } from '../locks/observed-range.js';
import type { Observed } from '../locks/observed.js';
import type { Epochs } from '../mm/epochs.js';
import type { RecordPool } from '../mm/record-pool.js';
import type { VmaTree } from '../mm/vma-tree.js';
import type { Strategy } from './strategy.js';

/** What a strategy is given of the address space that it locks, and what it makes its locks with. */
export interface LockedSpace {
  readonly layout: Layout;
  readonly strategy: Strategy;
  /** Range of `cpu.id`. */
  readonly threads: number;
  readonly tree: VmaTree;
  readonly vmas: RecordPool;
  /** Inside an epoch the nodes of the tree and the records of VMAs that were found stay what they are. */
  readonly epochs: Epochs;
  /** Pages of the address space. */
  readonly pages: number;
  /** The lock that the strategy names as its `mmap_lock`. */
  readonly makeLock: () => Observed;
  /** The same where it is one of ranges. */
  readonly makeRangeLock: () => ObservedRange;
}
