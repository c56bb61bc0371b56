import type { AddressSpaceLocking } from './address-space-locking.js';
import type { LockedSpace } from './locked-space.js';
import { WholeLocking } from './whole.js';

/** The locking of one address space, as its strategy's granularity says. */
export function addressSpaceLocking(space: LockedSpace): AddressSpaceLocking {
  switch (space.strategy.granularity) {
    case 'whole':
    case 'private':
      return new WholeLocking(space);
  }
}
