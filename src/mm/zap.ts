import { alignWords, lineWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from './address-space.js';
import type { Eviction } from './eviction.js';
import { frameFlag, frameRecord } from './frame.js';
import type { Frames } from './frames.js';
import { entriesPerTable, entryFrame, zeroFrame } from './page-entry.js';

/** Frames of four page tables are gathered before translations are flushed and frames freed. */
const gathered = 4 * entriesPerTable;

/** Words of a thread's gathering: frames, entries cleared since the last flush, the frames. */
const gather = { frames: 0, entries: 1, list: lineWords } as const;
const gatherWords = alignWords(lineWords + gathered);

/** Which entries `Zap.clear` clears. */
export const zapOnly = {
  all: 0,
  /** Those of page-cache frames: private copies stay. */
  cached: 1,
  /** Text into which breakpoints were written stays. */
  notProbed: 2,
} as const;

/**
 * Removes page-table entries: clears them a page table at a time, gathers the frames, and frees them only
 * after no CPU translates to them any more (facts, B.3 step 4).
 */
export class Zap {
  readonly #frames: Frames;
  readonly #eviction: Eviction;
  readonly #gathers: number;

  constructor(layout: Layout, frames: Frames, eviction: Eviction, threads: number) {
    this.#frames = frames;
    this.#eviction = eviction;
    this.#gathers = layout.allocate(threads * gatherWords);
  }

  /** Clears the entries of [start, end). Gives how many were set. The caller ends with `flush`. */
  *clear(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    end: number,
    only: number = zapOnly.all,
  ): Steps<number> {
    let cleared = 0;
    let page = start;
    while (page < end) {
      const next = Math.min(end, page - (page % entriesPerTable) + entriesPerTable);
      if ((yield space.hasEntries(cpu, page)) !== 0) {
        cleared += yield this.clearTable(cpu, space, page, next, only);
      }
      page = next;
    }
    return cleared;
  }

  /** Drops the translations of what `clear` cleared on every CPU of the address space, then frees the frames. */
  *flush(cpu: Cpu, space: AddressSpace): Steps {
    const own = this.#gathers + cpu.id * gatherWords;
    const entries = yield cpu.get(own + gather.entries);
    if (entries === 0) return;
    const others = space.others(cpu.task);
    if (others > 0) {
      cpu.task.events.shootdowns++;
      yield cpu.shootdown(others, entries);
    }
    const frames = yield cpu.get(own + gather.frames);
    for (let index = 0; index < frames; index++) {
      yield this.#eviction.drop(cpu, yield cpu.get(own + gather.list + index));
    }
    yield cpu.set(own + gather.frames, 0);
    yield cpu.set(own + gather.entries, 0);
  }

  private *clearTable(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    end: number,
    only: number,
  ): Steps<number> {
    const own = this.#gathers + cpu.id * gatherWords;
    if ((yield cpu.get(own + gather.frames)) + (end - start) > gathered) {
      yield this.flush(cpu, space);
    }
    const { table } = space;
    const memory = cpu.memory;
    let frames = memory.get(own + gather.frames);
    let cleared = 0;
    yield table.lock(cpu, start);
    for (let page = start; page < end; page++) {
      const frame = (yield cpu.load(table.entry(page))) & entryFrame;
      if (frame !== 0 && (only === zapOnly.all || (yield this.selected(cpu, frame, only)) !== 0)) {
        yield table.clear(cpu, page);
        cleared++;
        if (frame !== zeroFrame) {
          yield cpu.add(this.#frames.record(frame) + frameRecord.mappings, -1);
          memory.set(own + gather.list + frames, frame);
          frames++;
        }
      }
    }
    yield table.unlock(cpu, start);
    memory.set(own + gather.frames, frames);
    memory.set(own + gather.entries, memory.get(own + gather.entries) + cleared);
    return cleared;
  }

  /** Whether `only` takes in an entry of that frame. */
  private *selected(cpu: Cpu, frame: number, only: number): Steps<number> {
    const flags = yield cpu.load(this.#frames.record(frame) + frameRecord.flags);
    return only === zapOnly.cached
      ? flags & frameFlag.file
      : (flags & frameFlag.breakpoint) ^ frameFlag.breakpoint;
  }
}
