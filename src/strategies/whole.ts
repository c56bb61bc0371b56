import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { Observed } from '../locks/observed.js';
import type { AddressSpaceLocking } from './address-space-locking.js';
import type { FaultIo } from './strategy.js';

/** What finds a VMA: the tree of the address space. */
export interface VmaLookup {
  lookup(cpu: Cpu, page: number): Steps<number>;
}

/**
 * One lock over the whole address space, as Linux has had it from the beginning: faults and readers share
 * it, changes exclude everyone. Nothing can change under a fault that holds it, so a VMA found stays valid.
 */
export class WholeLocking implements AddressSpaceLocking {
  readonly index = 'tree';
  readonly keepsForIo: 0 | 1;
  readonly #lock: Observed;
  readonly #vmas: VmaLookup;
  readonly #drops: 0 | 1;

  constructor(lock: Observed, vmas: VmaLookup, faultIo: FaultIo) {
    this.#lock = lock;
    this.#vmas = vmas;
    this.keepsForIo = lock.holderMaySleep ? 1 : 0;
    this.#drops = faultIo === 'hold' ? 0 : 1;
  }

  *beginFault(cpu: Cpu, page: number): Steps<number> {
    yield this.#lock.readLock(cpu);
    const vma = yield this.#vmas.lookup(cpu, page);
    if (vma === 0) yield this.#lock.readUnlock(cpu);
    return vma;
  }

  *dropForIo(cpu: Cpu): Steps<number> {
    if (this.#drops === 0) return 0;
    yield this.#lock.readUnlock(cpu);
    return 1;
  }

  *stillValid(): Steps<number> {
    return 1;
  }

  *endFault(cpu: Cpu): Steps {
    yield this.#lock.readUnlock(cpu);
  }

  *beginRead(cpu: Cpu): Steps {
    yield this.#lock.readLock(cpu);
  }

  *endRead(cpu: Cpu): Steps {
    yield this.#lock.readUnlock(cpu);
  }

  *beginChange(cpu: Cpu): Steps {
    yield this.#lock.writeLock(cpu);
  }

  *isolate(): Steps {
    // Whoever changes the address space is alone in it.
  }

  *downgrade(cpu: Cpu): Steps<number> {
    return yield this.#lock.downgrade(cpu);
  }

  *endChange(cpu: Cpu): Steps {
    yield this.#lock.writeUnlock(cpu);
  }
}
