import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Core } from '../core.js';
import { mergeNeeds } from '../vma-edit.js';
import { vma as record, vmaFlag } from '../vma.js';
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
    const memory = cpu.memory;
    const { brkStart, brkEnd } = space.shape;
    yield space.locking.beginChange(cpu, brkStart, brkEnd, 1);
    const end = memory.get(space.brk);
    const next = yield space.tree.lookupNext(cpu, end);
    const free = next === 0 || memory.get(next + record.start) >= end + pages;
    let refused = 1;
    if (
      end + pages <= brkEnd &&
      free &&
      (yield space.hasRoom(cpu, 1, 1 + mergeNeeds.changes)) === 1
    ) {
      if (pages > 0) yield this.#mmap.map(cpu, space, end, end + pages, vmaFlag.write, -1);
      memory.set(space.brk, end + pages);
      refused = 0;
    }
    yield space.settle(cpu);
    yield space.locking.endChange(cpu);
    return refused;
  }

  private *shrink(cpu: Cpu, space: AddressSpace, pages: number): Steps<number> {
    const memory = cpu.memory;
    const { brkStart, brkEnd } = space.shape;
    const limit = this.#core.strategy.holdLimit;
    let left = pages;
    while (left > 0) {
      if (left !== pages) cpu.task.events.holdBreaks++;
      yield space.locking.beginChange(cpu, brkStart, brkEnd, 1);
      const end = memory.get(space.brk);
      if (end - left < brkStart) {
        yield space.locking.endChange(cpu);
        return 1;
      }
      const part = limit === 0 ? left : Math.min(limit, left);
      memory.set(space.brk, end - part);
      yield this.#munmap.finish(cpu, space, end - part, end);
      left -= part;
    }
    return 0;
  }
}
