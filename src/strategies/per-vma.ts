import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import { vma as record, vmaFlag } from '../mm/vma.js';
import type { LockedSpace } from './locked-space.js';
import { vmaCounters } from './vma-counters.js';
import { VmaLocking } from './vma-locking.js';
import { maps, needsAnonVma } from './vma-need.js';

/**
 * The per-VMA lock of Linux 6.4 (facts, A.16.2; `include/linux/mm.h`, 6.4): a fault finds its VMA without a
 * lock and tries to lock it for reading; whatever stands in the way, it falls back to `mmap_lock`.
 *
 * A VMA is locked for writing while its sequence number is the address space's, which only the holder of
 * `mmap_lock` for writing makes so. The readers' count serves to wait for those inside; the one step that
 * ends a change, raising the number of the address space, unlocks all VMAs at once.
 */
export class PerVmaLocking extends VmaLocking {
  readonly #sequence: number;

  constructor(space: LockedSpace) {
    super(space);
    this.#sequence = space.layout.allocate(1);
  }

  override initialise(memory: Memory): void {
    super.initialise(memory);
    // No VMA, whose number is 0 at first, is locked.
    memory.set(this.#sequence, 2);
  }

  override *beginFault(cpu: Cpu, page: number, write: 0 | 1, again: 0 | 1): Steps<number> {
    if (again === 0) {
      const vma = yield this.tryVma(cpu, page, write);
      if (vma !== 0) return vma;
    }
    vmaCounters(cpu.task).fallbacks++;
    return yield super.beginFault(cpu, page, write, again);
  }

  override *isolate(cpu: Cpu, vma: number): Steps {
    const sequence = yield cpu.get(this.#sequence);
    if ((yield cpu.get(vma + record.sequence)) === sequence) return;
    yield this.readers.exclude(cpu, vma);
    yield cpu.store(vma + record.sequence, sequence);
    yield this.readers.readmit(cpu, vma);
  }

  override *downgrade(cpu: Cpu): Steps<number> {
    if (!this.lock.canDowngrade) return 0;
    yield this.nextSequence(cpu);
    return yield this.lock.downgrade(cpu);
  }

  override *endChange(cpu: Cpu): Steps {
    yield this.nextSequence(cpu);
    yield this.lock.writeUnlock(cpu);
  }

  /** For the holder of `mmap_lock` for writing: no VMA is locked for writing any more. */
  protected *nextSequence(cpu: Cpu): Steps {
    yield cpu.store(this.#sequence, (yield cpu.get(this.#sequence)) + 1);
  }

  /** The VMA of a page, locked for reading; 0: not without `mmap_lock`. */
  private *tryVma(cpu: Cpu, page: number, write: 0 | 1): Steps<number> {
    const { epochs, index } = this.space;
    yield epochs.enter(cpu);
    let vma = yield index.lookup(cpu, page);
    while (vma !== 0 && (yield this.tryLock(cpu, vma)) === 0) {
      const flags = yield cpu.load(vma + record.flags);
      if ((flags & vmaFlag.attached) !== 0) {
        vma = 0;
      } else {
        // It has left the tree since; something else may be there.
        vmaCounters(cpu.task).retries++;
        vma = yield index.lookup(cpu, page);
      }
    }
    yield epochs.exit(cpu);
    if (vma === 0) return 0;
    if (maps(cpu.memory, vma, page) && !needsAnonVma(cpu.memory, vma, write)) {
      cpu.task.vma = vma;
      return vma;
    }
    yield this.readers.leave(cpu, vma);
    return 0;
  }

  /** 1: locked for reading, and attached. Looks at the sequence again once it is inside (facts, A.21, 15). */
  private *tryLock(cpu: Cpu, vma: number): Steps<number> {
    const before = yield cpu.load(vma + record.sequence);
    if (before === (yield cpu.load(this.#sequence))) return 0;
    if ((yield this.readers.tryEnter(cpu, vma)) === 0) return 0;
    const after = yield cpu.load(vma + record.sequence);
    const locked = after === (yield cpu.load(this.#sequence));
    const flags = yield cpu.load(vma + record.flags);
    if (!locked && (flags & vmaFlag.attached) !== 0) return 1;
    yield this.readers.leave(cpu, vma);
    return 0;
  }
}
