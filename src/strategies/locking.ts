import type { AddressSpaceLocking } from './address-space-locking.js';
import type { LockedSpace } from './locked-space.js';
import { nodeLocks } from './node-locks.js';
import { PerVmaRefLocking } from './per-vma-ref.js';
import { PerVmaLocking } from './per-vma.js';
import { RangeLocking } from './range.js';
import { RcuFaultLocking } from './rcu-fault.js';
import { SlotLocking } from './slot-locking.js';
import { slotLocks } from './slot-locks.js';
import { SpeculativeMmLocking } from './speculative-mm.js';
import { SpeculativeLocking } from './speculative.js';
import { VmaRwsemLocking } from './vma-rwsem.js';
import { WholeLocking } from './whole.js';

/** The locking of one address space, as its strategy's granularity says. */
export function addressSpaceLocking(space: LockedSpace): AddressSpaceLocking {
  switch (space.strategy.granularity) {
    case 'whole':
    case 'private':
    case 'unlocked':
      return new WholeLocking(space);
    case 'range':
      return new RangeLocking(space);
    case 'vma-rwsem':
      return new VmaRwsemLocking(space);
    case 'vma-seq':
      return new PerVmaLocking(space);
    case 'vma-ref':
      return new PerVmaRefLocking(space);
    case 'speculative-vma':
      return new SpeculativeLocking(space);
    case 'speculative-mm':
      return new SpeculativeMmLocking(space);
    case 'rcu':
      return new RcuFaultLocking(space);
    case 'radix':
      return new SlotLocking(space, slotLocks);
    case 'corten':
      return new SlotLocking(space, nodeLocks);
  }
}
