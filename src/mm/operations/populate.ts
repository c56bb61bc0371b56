import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Core } from '../core.js';
import { vma as record, vmaFlag } from '../vma.js';
import { faultResult } from './fault-result.js';
import type { Fault } from './fault.js';

/** `MAP_POPULATE`: faults in a new mapping, under the write lock or after it (facts, B.2 step 7). */
export class Populate {
  readonly #core: Core;
  readonly #fault: Fault;

  constructor(core: Core, fault: Fault) {
    this.#core = core;
    this.#fault = fault;
  }

  /** For the holder of the lock for change, who keeps it over every I/O. */
  *inside(cpu: Cpu, space: AddressSpace, start: number, end: number): Steps {
    for (let page = start; page < end; page++) {
      const vma = yield space.index.lookup(cpu, page);
      const write = access(cpu.memory.get(vma + record.flags));
      const result = yield this.#fault.handle(cpu, space, vma, page, write, 0);
      if (result === faultResult.noVma || result === faultResult.outOfMemory) return;
    }
  }

  /** Under the lock for reading, which I/O and `hold_limit` may interrupt. Ends early where it cannot go on. */
  *after(cpu: Cpu, space: AddressSpace, start: number, end: number): Steps {
    const limit = this.#core.strategy.holdLimit;
    let held = 0;
    let mayDrop: 0 | 1 = 1;
    let page = start;
    yield space.locking.beginRead(cpu, start, end);
    while (page < end) {
      // Looked up for every page: the lock may have been dropped since the one before.
      const vma = yield space.index.lookup(cpu, page);
      if (vma === 0) break;
      const write = access(cpu.memory.get(vma + record.flags));
      const result = yield this.#fault.handle(cpu, space, vma, page, write, mayDrop);
      if (result === faultResult.noVma || result === faultResult.outOfMemory) break;
      if (result === faultResult.dropped) {
        cpu.task.events.ioRetries++;
        yield space.locking.beginRead(cpu, page, end);
        mayDrop = space.locking.keepsForIo === 1 ? 0 : 1;
        held = 0;
      } else if (result >= 0) {
        mayDrop = 1;
        page++;
        held++;
        if (held === limit && page < end) {
          cpu.task.events.holdBreaks++;
          yield space.locking.endRead(cpu);
          yield space.locking.beginRead(cpu, page, end);
          held = 0;
        }
      }
    }
    yield space.locking.endRead(cpu);
  }
}

/** Private writable memory is populated by writes, so that no fault is left to do. */
const access = (flags: number): 0 | 1 =>
  (flags & (vmaFlag.write | vmaFlag.shared)) === vmaFlag.write ? 1 : 0;
