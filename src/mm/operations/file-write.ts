import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Core } from '../core.js';
import type { Files } from '../files.js';
import { frameFlag, frameRecord } from '../frame.js';
import type { LocklessWalk } from '../lockless-walk.js';
import type { PageCache } from '../page-cache.js';
import { zeroFrame } from '../page-entry.js';
import type { Fault } from './fault.js';
import { faultResult } from './fault-result.js';

/**
 * `write(2)` of one page (facts, B.10): under the inode's lock, locks the folio and copies from the user's
 * buffer with page faults disabled. If the buffer is absent, the folio is let go, the buffer faulted in
 * under `mmap_lock`, and the copy tried again: the buffer may be a mapping of the very page.
 */
export class FileWrite {
  readonly #core: Core;
  readonly #files: Files;
  readonly #cache: PageCache;
  readonly #walk: LocklessWalk;
  readonly #fault: Fault;

  constructor(core: Core, files: Files, cache: PageCache, walk: LocklessWalk, fault: Fault) {
    this.#core = core;
    this.#files = files;
    this.#cache = cache;
    this.#walk = walk;
    this.#fault = fault;
  }

  /** 0: written; 1: nothing is mapped at `buffer`, or memory is out. */
  *run(cpu: Cpu, region: number, filePage: number, buffer: number): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    const file = this.#files.at(region);
    let result = -1;
    yield file.inode.writeLock(cpu);
    while (result < 0) {
      const frame = yield this.#cache.obtain(cpu, file, filePage);
      if (frame === 0) {
        result = 1;
      } else {
        const copied = yield this.copyIn(cpu, space, buffer, frame);
        if (copied === 1) {
          yield this.#cache.release(cpu, frame);
          result = 0;
        } else {
          yield this.#cache.leave(cpu, frame);
          const fault = yield this.#fault.run(cpu, buffer, 0);
          if (fault === faultResult.noVma || fault === faultResult.outOfMemory) result = 1;
        }
      }
    }
    yield file.inode.writeUnlock(cpu);
    return result;
  }

  /** Copies the user's page into a folio-locked frame without faulting. 1, or 0: the page is absent. */
  private *copyIn(cpu: Cpu, space: AddressSpace, buffer: number, to: number): Steps<number> {
    yield space.epochs.enter(cpu);
    const from = yield this.#walk.grab(cpu, space, buffer, 0);
    yield space.epochs.exit(cpu);
    if (from === 0) return 0;
    if (from === zeroFrame) {
      yield cpu.zero(to);
      return 1;
    }
    const flags = yield cpu.load(this.#core.frames.record(from) + frameRecord.flags);
    // A debugger's breakpoints are not part of the text that a program reads from itself.
    if (from !== to && (flags & frameFlag.breakpoint) === 0) yield cpu.copy(to, from);
    yield this.#core.eviction.drop(cpu, from);
    return 1;
  }
}
