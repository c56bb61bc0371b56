import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { Core } from '../core.js';
import { frameFlag, frameRecord } from '../frame.js';
import type { LocklessWalk } from '../lockless-walk.js';
import { zeroFrame } from '../page-entry.js';
import type { RmapUnmap } from '../rmap-unmap.js';

/**
 * Reclaim (facts, B.7): finds frames of the caller's address space and unmaps each from everyone through its
 * reverse map. A page-cache frame then leaves the cache; an anonymous one is freed, and as there is no swap
 * in the model its next touch finds zeros. Frames that are pinned or carry breakpoints stay.
 */
export class RmapWalk {
  readonly #core: Core;
  readonly #walk: LocklessWalk;
  readonly #unmap: RmapUnmap;

  constructor(core: Core, walk: LocklessWalk, unmap: RmapUnmap) {
    this.#core = core;
    this.#walk = walk;
    this.#unmap = unmap;
  }

  /** Reclaims what is mapped at [start, start + pages). Gives how many frames became free. */
  *run(cpu: Cpu, start: number, pages: number): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    let reclaimed = 0;
    for (let page = start; page < start + pages; page++) {
      yield space.epochs.enter(cpu);
      const frame = yield this.#walk.grab(cpu, space, page, 0);
      yield space.epochs.exit(cpu);
      if (frame !== 0 && frame !== zeroFrame) reclaimed += yield this.reclaim(cpu, frame);
    }
    cpu.task.events.pagesReclaimed += reclaimed;
    return reclaimed;
  }

  /** Gives up the caller's reference. 1 if the frame is free now. */
  private *reclaim(cpu: Cpu, frame: number): Steps<number> {
    const { frames, folioLock, eviction } = this.#core;
    const record = frames.record(frame);
    yield folioLock.lock(cpu, record + frameRecord.lock);
    const flags = yield cpu.load(record + frameRecord.flags);
    const mappings = yield cpu.load(record + frameRecord.mappings);
    const cached = (flags & frameFlag.file) !== 0 ? 1 : 0;
    // More references than mappings, the cache and this walk account for: a pin.
    const pinned = (yield cpu.load(record + frameRecord.references)) > mappings + cached + 1;
    if (!pinned && (flags & frameFlag.breakpoint) === 0) yield this.#unmap.everywhere(cpu, frame);
    if (cached === 1 && (yield eviction.reclaim(cpu, frame)) === 1) return 1;
    yield folioLock.unlock(cpu, record + frameRecord.lock);
    return yield frames.put(cpu, frame, 1);
  }
}
