import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import { pageWords } from '../machine/layout.js';
import type { AddressSpace } from './address-space.js';
import type { Notifiers, ReverseMapping } from './contracts.js';
import type { Core } from './core.js';
import { frameFlag, frameRecord } from './frame.js';
import { entryFrame } from './page-entry.js';
import { breakpointWord } from './probe-table.js';
import { vma as record, vmaFlag } from './vma.js';

/** Whether breakpoints go into a VMA: private, executable, not writable (facts, B.11). */
export const isProbed = (flags: number): boolean =>
  (flags & (vmaFlag.attached | vmaFlag.execute | vmaFlag.shared | vmaFlag.write)) ===
  (vmaFlag.attached | vmaFlag.execute);

/**
 * Writes breakpoints into text and takes them out again (facts, B.11): the page of one address space is
 * replaced by a private copy that carries the breakpoint. For a holder of that space's lock.
 */
export class Breakpoints {
  readonly #core: Core;
  readonly #reverse: ReverseMapping;
  readonly #notifiers: Notifiers;

  constructor(core: Core, reverse: ReverseMapping, notifiers: Notifiers) {
    this.#core = core;
    this.#reverse = reverse;
    this.#notifiers = notifiers;
  }

  /** Installs one in a page; `original` is the file's frame, to which the caller has a reference. 1, or 0: no memory. */
  *install(
    cpu: Cpu,
    space: AddressSpace,
    vma: number,
    page: number,
    offset: number,
    original: number,
  ): Steps<number> {
    const { frames, eviction } = this.#core;
    const { table } = space;
    const memory = cpu.memory;
    if ((yield this.#reverse.prepareAnonVma(cpu, vma)) === 0) return 0;
    const frame = yield frames.allocate(cpu);
    if (frame === 0) return 0;
    yield cpu.copy(frame, original);
    yield cpu.poke(frame, offset, breakpointWord);
    const words = frames.record(frame);
    memory.set(words + frameRecord.mappings, 1);
    memory.set(words + frameRecord.owner, memory.get(vma + record.anonVma));
    memory.set(words + frameRecord.index, page);
    memory.set(words + frameRecord.flags, frameFlag.breakpoint);
    yield this.#notifiers.invalidate(cpu, space, page, 1);
    yield table.lock(cpu, page);
    const entry = yield cpu.load(table.entry(page));
    const old = entry & entryFrame;
    const oldFlags = old === 0 ? 0 : yield cpu.load(frames.record(old) + frameRecord.flags);
    if (old !== 0 && (oldFlags & frameFlag.file) === 0) {
      // The page has a copy of its own already.
      yield cpu.poke(old, offset, breakpointWord);
      yield cpu.or(frames.record(old) + frameRecord.flags, frameFlag.breakpoint);
      yield table.unlock(cpu, page);
      yield frames.put(cpu, frame, 1);
      cpu.task.events.breakpointsInstalled++;
      return 1;
    }
    if (old === 0) {
      yield table.install(cpu, page, frame);
    } else {
      yield cpu.add(frames.record(old) + frameRecord.mappings, -1);
      yield table.change(cpu, page, frame);
      yield this.shootdown(cpu, space);
    }
    yield table.unlock(cpu, page);
    if (old !== 0) yield eviction.drop(cpu, old);
    cpu.task.events.breakpointsInstalled++;
    return 1;
  }

  /** Takes the page's private copy away, so that its next touch finds the file's own page. 1 if there was one. */
  *remove(cpu: Cpu, space: AddressSpace, page: number): Steps<number> {
    const { frames } = this.#core;
    const { table } = space;
    yield this.#notifiers.invalidate(cpu, space, page, 1);
    yield table.lock(cpu, page);
    const frame = (yield cpu.load(table.entry(page))) & entryFrame;
    const flags = frame === 0 ? 0 : yield cpu.load(frames.record(frame) + frameRecord.flags);
    if ((flags & frameFlag.breakpoint) === 0) {
      yield table.unlock(cpu, page);
      return 0;
    }
    yield table.clear(cpu, page);
    yield cpu.add(frames.record(frame) + frameRecord.mappings, -1);
    yield this.shootdown(cpu, space);
    yield table.unlock(cpu, page);
    yield frames.put(cpu, frame, 1);
    return 1;
  }

  /** Plain set-up of `install`, into a page that is not present and whose VMA has an `anon_vma`. */
  installPlain(
    memory: Memory,
    space: AddressSpace,
    vma: number,
    page: number,
    offset: number,
  ): void {
    const { frames } = this.#core;
    const frame = frames.take(memory);
    const words = frames.record(frame);
    memory.set(words + frameRecord.mappings, 1);
    memory.set(words + frameRecord.owner, memory.get(vma + record.anonVma));
    memory.set(words + frameRecord.index, page);
    memory.set(words + frameRecord.flags, frameFlag.breakpoint);
    memory.set(frames.contents + frame * pageWords + offset, breakpointWord);
    space.table.installPlain(memory, page, frame);
  }

  private *shootdown(cpu: Cpu, space: AddressSpace): Steps {
    const others = space.others(cpu.task);
    if (others === 0) return;
    cpu.task.events.shootdowns++;
    yield cpu.shootdown(others, 1);
  }
}
