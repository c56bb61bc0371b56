import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from './address-space.js';
import type { Frames } from './frames.js';
import { entryFrame, entryWritable, zeroFrame } from './page-entry.js';

/**
 * Takes a frame from a page table without any lock, as `get_user_pages_fast` does (facts, B.9): a reference
 * unless the frame is free, then a second look at the entry, and undo if it has changed. The entry and the
 * reference together prove that the frame was mapped there while the reference was held.
 */
export class LocklessWalk {
  readonly #frames: Frames;

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /**
   * The frame that a page maps, with a reference for the caller; 0: none, or not for `write`. The frame of
   * zeros comes without one. Inside an epoch of the address space.
   */
  *grab(cpu: Cpu, space: AddressSpace, page: number, write: number): Steps<number> {
    const word = space.table.entry(page);
    const entry = yield cpu.load(word);
    const frame = entry & entryFrame;
    if (frame === 0 || (write !== 0 && (entry & entryWritable) === 0)) return 0;
    if (frame === zeroFrame) return frame;
    if ((yield this.#frames.tryGet(cpu, frame)) === 0) return 0;
    if ((yield cpu.load(word)) === entry) return frame;
    yield this.#frames.put(cpu, frame, 1);
    return 0;
  }
}
