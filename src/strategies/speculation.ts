import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { vma as record, vmaFlag } from '../mm/vma.js';
import type { LockedSpace } from './locked-space.js';
import { vmaCounters } from './vma-counters.js';
import { maps, needsAnonVma } from './vma-need.js';
import { VmaSnapshots } from './vma-snapshots.js';
import { WholeLocking } from './whole.js';

/**
 * Faults that take no lock (facts, A.17): inside an epoch, a fault copies its VMA and does its work on the copy;
 * before it sets the page's entry, under the page-table lock, it asks whether the VMA is still the one it
 * copied. If not, it undoes what it did and starts again under `mmap_lock`, and so it does from the start
 * where a guess is no use: nothing mapped, no permission, no `anon_vma`, I/O. Strategies differ in what
 * tells them that a VMA has changed.
 */
export abstract class SpeculationLocking extends WholeLocking {
  override readonly validates: 0 | 1 = 1;
  readonly #snapshots: VmaSnapshots;

  constructor(space: LockedSpace) {
    super(space);
    this.#snapshots = new VmaSnapshots(space.layout, space.threads);
  }

  override *beginFault(cpu: Cpu, page: number, write: 0 | 1, again: 0 | 1): Steps<number> {
    if (again === 0) {
      const copy = yield this.guess(cpu, page, write);
      if (copy !== 0) return copy;
    }
    vmaCounters(cpu.task).fallbacks++;
    return yield super.beginFault(cpu, page, write, again);
  }

  override *dropForIo(cpu: Cpu): Steps<number> {
    if (cpu.task.vma === 0) return yield super.dropForIo(cpu);
    yield this.endGuess(cpu);
    return 1;
  }

  override *stillValid(cpu: Cpu): Steps<number> {
    const { task } = cpu;
    if (task.vma === 0 || (yield this.unchanged(cpu)) !== 0) return 1;
    vmaCounters(task).retries++;
    return 0;
  }

  override *endFault(cpu: Cpu): Steps {
    yield cpu.task.vma === 0 ? super.endFault(cpu) : this.endGuess(cpu);
  }

  /** Looks a VMA up and remembers in `cpu.task` by what a change of it can be told; 0: none, or it is changing. */
  protected abstract find(cpu: Cpu, page: number): Steps<number>;

  /** 1 if `cpu.task.vma` is still as it was when `find` gave it, and maps `cpu.task.page`. */
  protected abstract unchanged(cpu: Cpu): Steps<number>;

  /** A copy of the VMA that maps a page; 0: a fault had better take the lock. */
  private *guess(cpu: Cpu, page: number, write: 0 | 1): Steps<number> {
    const { memory, task } = cpu;
    yield this.space.epochs.enter(cpu);
    const vma = yield this.find(cpu, page);
    if (vma !== 0) {
      task.vma = vma;
      task.page = page;
      const copy = yield this.#snapshots.take(cpu, vma);
      const permits = write === 0 || (memory.get(copy + record.flags) & vmaFlag.write) !== 0;
      const useful = permits && maps(memory, copy, page) && !needsAnonVma(memory, copy, write);
      if (useful && (yield this.unchanged(cpu)) !== 0) return copy;
    }
    yield this.endGuess(cpu);
    return 0;
  }

  private *endGuess(cpu: Cpu): Steps {
    cpu.task.vma = 0;
    yield this.space.epochs.exit(cpu);
  }
}
