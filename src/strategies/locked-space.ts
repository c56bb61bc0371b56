import type { Layout } from '../machine/layout.js';
import type { ObservedRange } from '../locks/observed-range.js';
import type { RangeDefinition } from '../locks/definition.js';
import type { Observed } from '../locks/observed.js';
import type { Epochs } from '../mm/epochs.js';
import type { SlotTree } from '../mm/slot-tree.js';
import type { VmaIndex } from '../mm/vma-index.js';
import type { Strategy } from './strategy.js';

/** What a strategy is given of the address space that it locks, and what it makes its locks with. */
export interface LockedSpace {
  readonly layout: Layout;
  readonly strategy: Strategy;
  /** Range of `cpu.id`. */
  readonly threads: number;
  readonly index: VmaIndex;
  /** The slots of the index, where it has some: see `indexOf`. */
  readonly slots: SlotTree | undefined;
  /** Inside an epoch the nodes of the index and the records of VMAs that were found stay what they are. */
  readonly epochs: Epochs;
  /** Pages of the address space. */
  readonly pages: number;
  /** The lock that the strategy names as its `mmap_lock`. */
  readonly makeLock: () => Observed;
  /** The same where it is one of ranges. */
  readonly makeRangeLock: () => ObservedRange;
  /** A lock of ranges that the strategy makes itself, in the place of `mmap_lock`. */
  readonly observeRange: (definition: RangeDefinition) => ObservedRange;
}
