import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Core } from '../core.js';
import { mergeNeeds } from '../vma-edit.js';
import { vmaFlag } from '../vma.js';
import type { Mmap } from './mmap.js';
import type { Munmap } from './munmap.js';

/** `brk`: moves the end of the heap (facts, B.4). */
export class Brk {
  readonly #core: Core;
  readonly #mmap: Mmap;
  readonly #munmap: Munmap;

  constructor(core: Core, mmap: Mmap, munmap: Munmap) {
    this.#core = core;
    this.#mmap = mmap;
    this.#munmap = munmap;
  }

  /** Grows the heap by `pages`, or shrinks it if that is negative. 0: done. 1: there is no room for it. */
  *run(cpu: Cpu, pages: number): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    return yield pages >= 0 ? this.grow(cpu, space, pages) : this.shrink(cpu, space, -pages);
  }

  private *grow(cpu: Cpu, space: AddressSpace, pages: number): Steps<number> {
    const { brkEnd } = space.shape;
    const end = yield this.begin(cpu, space, pages);
    const free = (yield space.index.next(cpu, end, end + pages)) === 0;
    let refused = 1;
    if (
      end + pages <= brkEnd &&
      free &&
      (yield space.index.hasRoom(cpu, 1, 1 + mergeNeeds.changes)) === 1
    ) {
      if (pages > 0) yield this.#mmap.map(cpu, space, end, end + pages, vmaFlag.write, -1);
      yield cpu.store(space.brk, end + pages);
      refused = 0;
    }
    yield space.index.settle(cpu);
    yield space.locking.endChange(cpu);
    return refused;
  }

  private *shrink(cpu: Cpu, space: AddressSpace, pages: number): Steps<number> {
    const { brkStart } = space.shape;
    const limit = this.#core.strategy.holdLimit;
    let left = pages;
    while (left > 0) {
      if (left !== pages) cpu.task.events.holdBreaks++;
      const part = limit === 0 ? left : Math.min(limit, left);
      const end = yield this.begin(cpu, space, -part);
      if (end - left < brkStart) {
        yield space.locking.endChange(cpu);
        return 1;
      }
      yield cpu.store(space.brk, end - part);
      yield this.#munmap.finish(cpu, space, end - part, end);
      left -= part;
    }
    return 0;
  }

  /**
   * Begins the change that moves the end of the heap by `pages`, and gives that end. It stays until the change is
   * over: where a change does not have everything to itself, whoever moves the end has the page before it.
   */
  private *begin(cpu: Cpu, space: AddressSpace, pages: number): Steps<number> {
    const { locking, shape } = space;
    if (locking.parallel === 0) {
      yield locking.beginChange(cpu, shape.brkStart, shape.brkEnd, 1);
      return cpu.memory.get(space.brk);
    }
    for (;;) {
      const end = yield cpu.load(space.brk);
      const low = Math.max(Math.min(end - 1, end + pages), shape.brkStart - 1);
      const high = Math.min(Math.max(end, end + pages), shape.brkEnd);
      yield locking.beginChange(cpu, low, high, 1);
      if ((yield cpu.load(space.brk)) === end) return end;
      yield locking.endChange(cpu);
    }
  }
}
