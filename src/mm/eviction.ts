import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { SleepingWordLock } from '../locks/sleeping-word-lock.js';
import { frameFlag, frameRecord } from './frame.js';
import type { Frames } from './frames.js';

/**
 * Takes frames that their file does not keep out of the page cache as soon as nobody uses them, which is
 * what keeps the share of misses of a workload the same over a run.
 */
export class Eviction {
  readonly #frames: Frames;
  readonly #folio: SleepingWordLock;

  constructor(frames: Frames, folio: SleepingWordLock) {
    this.#frames = frames;
    this.#folio = folio;
  }

  /** Gives up a reference: of a cleared entry, whose mapping is no longer counted, or of a pin. Never sleeps. */
  *drop(cpu: Cpu, frame: number): Steps {
    const record = this.#frames.record(frame);
    const flags = yield cpu.load(record + frameRecord.flags);
    if (
      (flags & frameFlag.transient) !== 0 &&
      (yield cpu.load(record + frameRecord.mappings)) === 0 &&
      (yield this.#folio.tryLock(cpu, record + frameRecord.lock)) === 1
    ) {
      if ((yield this.evict(cpu, frame)) === 1) return;
      yield this.#folio.unlock(cpu, record + frameRecord.lock);
    }
    yield this.#frames.put(cpu, frame, 1);
  }

  /** As `reclaim`, for a frame that its file does not keep; 0 for all others. */
  *evict(cpu: Cpu, frame: number): Steps<number> {
    const flags = yield cpu.load(this.#frames.record(frame) + frameRecord.flags);
    if ((flags & frameFlag.transient) === 0) return 0;
    return yield this.reclaim(cpu, frame);
  }

  /**
   * Frees a folio-locked page-cache frame if nothing maps it and the cache and the caller hold its only
   * references: 1, and the folio is unlocked. The references go to 0 in one step, so that no one can take
   * one between the look and the removal.
   */
  *reclaim(cpu: Cpu, frame: number): Steps<number> {
    const record = this.#frames.record(frame);
    if (((yield cpu.load(record + frameRecord.flags)) & frameFlag.file) === 0) return 0;
    if ((yield cpu.load(record + frameRecord.mappings)) !== 0) return 0;
    if ((yield cpu.cas(record + frameRecord.references, 2, 0)) !== 2) return 0;
    yield cpu.store(yield cpu.load(record + frameRecord.slot), 0);
    yield cpu.store(record + frameRecord.flags, 0);
    yield this.#folio.unlock(cpu, record + frameRecord.lock);
    yield this.#frames.free(cpu, frame);
    return 1;
  }
}
