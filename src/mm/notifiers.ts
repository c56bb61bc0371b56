import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from './address-space.js';
import type { Notifiers } from './contracts.js';
import type { Core } from './core.js';

/** Multiplies pages into numbers that look random (Knuth, 2^32 divided by the golden ratio). */
const golden = 0x9e3779b1;

/**
 * MMU notifiers (facts, B.8): secondary page tables of devices and guests, which must forget a range before
 * its pages go. A share of all pages, the same ones throughout, has one; a range is told of in one call, if
 * any page in it has. The callback sleeps, whatever locks the caller holds: that is what keeps reverse-map
 * locks from being spinlocks. Forked children have none.
 */
export class MmuNotifiers implements Notifiers {
  readonly #core: Core;
  /** A page whose hash is below this has a notifier. */
  readonly #below: number;
  readonly #callbackNs: number;
  readonly #processes: number;

  constructor(core: Core) {
    const { notifierShare, notifierNs } = core.plan.space;
    this.#core = core;
    this.#below = notifierShare * 2 ** 32;
    this.#callbackNs = notifierNs;
    this.#processes = core.world.processes;
  }

  *invalidate(cpu: Cpu, space: AddressSpace, start: number, pages: number): Steps<number> {
    if (this.#below === 0 || space.process >= this.#processes) return 0;
    let page = start;
    while (page < start + pages && !this.has(page)) page++;
    if (page === start + pages) return 0;
    cpu.task.events.notifierCalls++;
    if (this.#callbackNs > 0) yield this.#core.record.sleep(cpu, this.#callbackNs);
    return 1;
  }

  /** Whether a page has a notifier. */
  has(page: number): boolean {
    return Math.imul(page, golden) >>> 0 < this.#below;
  }
}
