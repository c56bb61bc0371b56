import type { Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';

/** What an installed breakpoint looks like in the text of a page (int3). Pages that come from a device hold 0 there. */
export const breakpointWord = 0xcc;

/** Words of one file page's probe. */
const probe = { count: 0, state: 1, offset: 2 } as const;
const probeWords = 4;

/**
 * The probes of one file: at most one place in each page, with the number of registrations that want it.
 * Read without a lock; changed by the holder of the registration locks. Its state counts up, and is odd
 * while every mapping that there was has its breakpoint: only then is an execution that meets none a miss.
 */
export class ProbeTable {
  /** Word of the number of pages that have a probe: 0 is the quick way out for everyone. */
  readonly probed: number;
  readonly #pages: number;

  constructor(layout: Layout, pages: number) {
    this.probed = layout.allocate(1);
    this.#pages = layout.allocate(pages * probeWords);
  }

  /** Word of the registrations of a page's probe; 0: none. */
  count(page: number): number {
    return this.#pages + page * probeWords + probe.count;
  }

  /** Word of the state of a page's probe. */
  state(page: number): number {
    return this.#pages + page * probeWords + probe.state;
  }

  /** Word within its page at which a page's probe sits. */
  *offset(cpu: Cpu, page: number): Steps<number> {
    return yield cpu.load(this.#pages + page * probeWords + probe.offset);
  }

  /** One registration more. 1: it is the first, and breakpoints are to be installed; 0: it joins others; -1: another place of the page has a probe. */
  *add(cpu: Cpu, page: number, offset: number): Steps<number> {
    const word = this.#pages + page * probeWords;
    const count = yield cpu.load(word + probe.count);
    if (count === 0) {
      yield cpu.store(word + probe.offset, offset);
      yield cpu.add(this.probed, 1);
    } else if ((yield cpu.load(word + probe.offset)) !== offset) {
      return -1;
    }
    yield cpu.store(word + probe.count, count + 1);
    return count === 0 ? 1 : 0;
  }

  /** One registration less. 1: it was the last, and breakpoints are to be removed; 0: others stay; -1: there was none. */
  *remove(cpu: Cpu, page: number, offset: number): Steps<number> {
    const word = this.#pages + page * probeWords;
    const count = yield cpu.load(word + probe.count);
    if (count === 0 || (yield cpu.load(word + probe.offset)) !== offset) return -1;
    if (count === 1) {
      // No longer expected from here on; and mappings that begin after this get none.
      yield cpu.add(word + probe.state, 1);
      yield cpu.add(this.probed, -1);
    }
    yield cpu.store(word + probe.count, count - 1);
    return count === 1 ? 1 : 0;
  }

  /** Plain set-up: a registration whose breakpoints the caller installs. */
  addPlain(memory: Memory, page: number, offset: number): void {
    const word = this.#pages + page * probeWords;
    memory.set(word + probe.count, 1);
    memory.set(word + probe.state, 1);
    memory.set(word + probe.offset, offset);
    memory.set(this.probed, memory.get(this.probed) + 1);
  }

  /** While nothing runs: the offset of a page's probe, or -1. */
  find(memory: Memory, page: number): number {
    const word = this.#pages + page * probeWords;
    return memory.get(word + probe.count) === 0 ? -1 : memory.get(word + probe.offset);
  }
}
