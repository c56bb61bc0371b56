import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AnonVmas } from '../anon-vma.js';
import type { Core } from '../core.js';

/**
 * A plain critical section on the address-space lock, or on a reverse-map lock: that of the world's first
 * `anon_vma`, which all its processes share.
 */
export class Section {
  readonly #core: Core;
  readonly #anonVmas: AnonVmas;

  constructor(core: Core, anonVmas: AnonVmas) {
    this.#core = core;
    this.#anonVmas = anonVmas;
  }

  /** `lock` 0: `mmap_lock`, 1: reverse map. Inside, it computes for `holdNs`, or sleeps. Gives 0. */
  *run(cpu: Cpu, lock: number, write: number, holdNs: number, sleeps: number): Steps<number> {
    yield lock === 0
      ? this.onSpace(cpu, write, holdNs, sleeps)
      : this.onReverseMap(cpu, write, holdNs, sleeps);
    return 0;
  }

  private *onSpace(cpu: Cpu, write: number, holdNs: number, sleeps: number): Steps {
    const { locking, shape } = this.#core.spaceOf(cpu.task);
    yield write === 0
      ? locking.beginRead(cpu, 0, shape.pages)
      : locking.beginChange(cpu, 0, shape.pages, 0);
    yield sleeps === 0 ? cpu.work(holdNs) : this.#core.record.sleep(cpu, holdNs);
    yield write === 0 ? locking.endRead(cpu) : locking.endChange(cpu);
  }

  private *onReverseMap(cpu: Cpu, write: number, holdNs: number, sleeps: number): Steps {
    const lock = this.#anonVmas.firstLock;
    yield write === 0 ? lock.readLock(cpu) : lock.writeLock(cpu);
    yield sleeps === 0 ? cpu.work(holdNs) : this.#core.record.sleep(cpu, holdNs);
    yield write === 0 ? lock.readUnlock(cpu) : lock.writeUnlock(cpu);
  }
}
