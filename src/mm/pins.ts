import { alignWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { Plan } from '../workload/plan.js';
import type { Core } from './core.js';
import { zeroFrame } from './page-entry.js';

/**
 * The frames that each thread holds pinned, in words of its own. A pin is a reference: it outlives the
 * mapping it was taken from, and whatever becomes of the page.
 */
export class Pins {
  /** Pages that one call can pin; a longer one pins this many. */
  readonly most: number;
  readonly #core: Core;
  readonly #words: number;
  readonly #lists: number;

  constructor(layout: Layout, core: Core) {
    this.#core = core;
    this.most = mostPinned(core.plan);
    this.#words = alignWords(this.most);
    this.#lists = layout.allocate(core.world.threads * this.#words);
  }

  /** Notes a frame, with its reference, as the caller's pin number `index`. */
  *put(cpu: Cpu, index: number, frame: number): Steps {
    yield cpu.set(this.#lists + cpu.id * this.#words + index, frame);
  }

  /** Keeps `count` pages pinned for a time, as a device does that reads or writes them, then lets them go. */
  *holdAndRelease(cpu: Cpu, count: number, pinnedNs: number): Steps {
    cpu.task.events.pagesPinned += count;
    if (count > 0 && pinnedNs > 0) yield this.#core.record.sleep(cpu, pinnedNs);
    for (let index = 0; index < count; index++) {
      const frame = yield cpu.get(this.#lists + cpu.id * this.#words + index);
      // The frame of zeros is never counted.
      if (frame !== zeroFrame) yield this.#core.eviction.drop(cpu, frame);
    }
  }
}

/** The longest pinning call of a plan, in pages. */
function mostPinned(plan: Plan): number {
  let most = 1;
  for (const role of plan.roles) {
    for (const entry of role.ops) {
      if (entry.op === 'gup' || entry.op === 'gup-fast') most = Math.max(most, entry.pages);
    }
  }
  return most;
}
