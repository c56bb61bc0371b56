import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Core } from '../core.js';
import { entryFrame } from '../page-entry.js';
import { breakpointWord, type ProbeTable } from '../probe-table.js';
import type { Uprobes } from '../uprobes.js';
import { vma as record } from '../vma.js';
import type { Fault } from './fault.js';
import { faultResult } from './fault-result.js';

/**
 * Executes one instruction of a text page: translates, faults if the page is absent, loads the instruction.
 * A breakpoint traps, and the probe is looked up under the lock for reading (facts, B.11, hit path up to
 * 6.12). An instruction without one whose probe was fully registered before and after is a missed hit.
 */
export class ExecText {
  readonly #core: Core;
  readonly #fault: Fault;
  readonly #uprobes: Uprobes;

  constructor(core: Core, fault: Fault, uprobes: Uprobes) {
    this.#core = core;
    this.#fault = fault;
    this.#uprobes = uprobes;
  }

  /** 0: it ran; 1: it met a breakpoint; 2: nothing is mapped there, or memory is out. */
  *run(cpu: Cpu, page: number, offset: number): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    for (;;) {
      const found = yield this.fetch(cpu, space, page, offset);
      if (found === breakpointWord) {
        yield this.trap(cpu, space, page);
        return 1;
      }
      if (found !== absent && found !== changed) return 0;
      if (found === absent) {
        const result = yield this.#fault.run(cpu, page, 0);
        if (result === faultResult.noVma || result === faultResult.outOfMemory) return 2;
      }
    }
  }

  /**
   * The instruction at that place, `absent`, or `changed`: the page was replaced meanwhile. The processor
   * would have read it through a translation that a shootdown waits for; here the entry is read again.
   */
  private *fetch(cpu: Cpu, space: AddressSpace, page: number, offset: number): Steps<number> {
    yield space.epochs.enter(cpu);
    const expected = yield this.expectation(cpu, space, page, offset);
    const word = space.table.entry(page);
    const entry = yield cpu.load(word);
    const frame = entry & entryFrame;
    let found = absent;
    if (frame !== 0) {
      found = yield cpu.peek(frame, offset);
      if ((yield cpu.load(word)) !== entry) found = changed;
      else if (found !== breakpointWord && expected !== 0) {
        const still = yield this.expectation(cpu, space, page, offset);
        if (still === expected) cpu.task.events.missedHits++;
      }
    }
    yield space.epochs.exit(cpu);
    return found;
  }

  /** The state of the probe that must be in this page, as long as it is the same; 0: none must. Inside an epoch. */
  private *expectation(cpu: Cpu, space: AddressSpace, page: number, offset: number): Steps<number> {
    if (!this.#uprobes.hasTables) return 0;
    const memory = cpu.memory;
    const vma = yield space.index.lookup(cpu, page);
    if (vma === 0) return 0;
    const table: ProbeTable | undefined = this.#uprobes.table(memory.get(vma + record.file) - 1);
    if (table === undefined || (yield cpu.load(table.probed)) === 0) return 0;
    const filePage = memory.get(vma + record.fileOffset) + page - memory.get(vma + record.start);
    if ((yield table.offset(cpu, filePage)) !== offset) return 0;
    const state = yield cpu.load(table.state(filePage));
    // Odd: every mapping had its breakpoint when it was registered.
    return (state & 1) === 1 ? state : 0;
  }

  /** A hit: whose probe it is, is found under the lock. */
  private *trap(cpu: Cpu, space: AddressSpace, page: number): Steps {
    yield space.locking.beginRead(cpu, page, page + 1);
    const vma = yield space.index.lookup(cpu, page);
    yield cpu.read(vma === 0 ? space.index.word : vma, 'probe_lookup', 1);
    yield space.locking.endRead(cpu);
    cpu.task.events.probeHits++;
  }
}

/** What `fetch` gives beside instructions. */
const absent = -1;
const changed = -2;
