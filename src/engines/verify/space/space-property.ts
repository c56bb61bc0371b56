import { ArrayMemory } from '../../../machine/memory.js';
import type { Model } from '../../../mm/model.js';
import { VerifyFault } from '../fault.js';
import type { Property } from '../subject.js';
import type { LockOrder } from './lock-order.js';

/** What must hold of an address space: the model's invariants when all has ended, and one order of locks. */
export class SpaceProperty implements Property {
  private readonly model: Model;
  private readonly order: LockOrder;

  constructor(model: Model, order: LockOrder) {
    this.model = model;
    this.order = order;
  }

  reset(): void {
    this.order.reset();
  }

  atEnd(words: Int32Array): void {
    const broken = this.model.check(new ArrayMemory(words));
    if (broken.length > 0) throw new VerifyFault('invariant', broken.join('; '));
  }
}
