import type { Layout } from '../../machine/layout.js';
import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import { type Breakpoints, isProbed } from '../breakpoints.js';
import type { Core } from '../core.js';
import type { MappedFile } from '../file.js';
import type { Files } from '../files.js';
import type { Uprobes } from '../uprobes.js';
import { vma as record } from '../vma.js';

/** Words of one mapping found: its address space and its page. */
const found = { process: 0, page: 1 } as const;
const foundWords = 2;

/**
 * Registers and takes back probes (facts, B.11): under the locks of registration, collects the mappings of
 * the page by a walk of `i_mmap`, then changes each under the write lock of its address space, which may
 * have changed meanwhile and is looked at again.
 */
export class UprobeRegistration {
  readonly #core: Core;
  readonly #files: Files;
  readonly #uprobes: Uprobes;
  readonly #breakpoints: Breakpoints;
  readonly #found: number;
  readonly #room: number;

  constructor(
    layout: Layout,
    core: Core,
    files: Files,
    uprobes: Uprobes,
    breakpoints: Breakpoints,
  ) {
    this.#core = core;
    this.#files = files;
    this.#uprobes = uprobes;
    this.#breakpoints = breakpoints;
    // One registration at a time collects; there cannot be more mappings of a page than VMAs.
    this.#room = core.spaces.reduce((sum, { index }) => sum + index.most, 0);
    const probed = core.plan.space.regions.some((_, region) => uprobes.table(region) !== undefined);
    this.#found = probed ? layout.allocate(this.#room * foundWords) : 0;
  }

  /** Gives how many mappings it changed; -1: the file is not executable, or another place of the page has a probe. */
  *register(cpu: Cpu, region: number, page: number, offset: number): Steps<number> {
    const table = this.#uprobes.table(region);
    if (table === undefined) return -1;
    const file = this.#files.at(region);
    yield file.registration.writeLock(cpu);
    yield this.#uprobes.dupMmap.writeLock(cpu);
    const first = yield table.add(cpu, page, offset);
    let changed = first === -1 ? -1 : 0;
    if (first === 1) {
      const frame = yield this.#uprobes.readPage(cpu, file, page);
      if (frame !== 0) {
        const mappings = yield this.collect(cpu, file, page);
        for (let index = 0; index < mappings; index++) {
          changed += yield this.change(cpu, file, index, page, offset, frame);
        }
        yield this.#core.eviction.drop(cpu, frame);
      }
      yield cpu.add(table.state(page), 1);
    }
    yield this.#uprobes.dupMmap.writeUnlock(cpu);
    yield file.registration.writeUnlock(cpu);
    return changed;
  }

  /** Gives how many mappings it changed; -1: there is no such probe. */
  *unregister(cpu: Cpu, region: number, page: number, offset: number): Steps<number> {
    const table = this.#uprobes.table(region);
    if (table === undefined) return -1;
    const file = this.#files.at(region);
    yield file.registration.writeLock(cpu);
    yield this.#uprobes.dupMmap.writeLock(cpu);
    const last = yield table.remove(cpu, page, offset);
    let changed = last === -1 ? -1 : 0;
    if (last === 1) {
      const mappings = yield this.collect(cpu, file, page);
      for (let index = 0; index < mappings; index++) {
        changed += yield this.change(cpu, file, index, page, offset, 0);
      }
    }
    yield this.#uprobes.dupMmap.writeUnlock(cpu);
    yield file.registration.writeUnlock(cpu);
    return changed;
  }

  /** Notes every mapping of a file page. Gives how many there are. */
  private *collect(cpu: Cpu, file: MappedFile, filePage: number): Steps<number> {
    const memory = cpu.memory;
    let count = 0;
    yield file.iMmap.readLock(cpu);
    let vma = file.firstMapping(memory);
    while (vma !== 0 && count < this.#room) {
      yield cpu.read(vma, 'rmap_step', 1);
      const page = memory.get(vma + record.start) + filePage - memory.get(vma + record.fileOffset);
      if (page >= memory.get(vma + record.start) && page < memory.get(vma + record.end)) {
        const at = this.#found + count * foundWords;
        memory.set(at + found.process, memory.get(vma + record.process));
        memory.set(at + found.page, page);
        count++;
      }
      vma = memory.get(vma + record.mappingNext);
    }
    yield file.iMmap.readUnlock(cpu);
    return count;
  }

  /** Installs (`frame` not 0) or removes the breakpoint in one mapping found, if it is still what it was. 1 if it did. */
  private *change(
    cpu: Cpu,
    file: MappedFile,
    index: number,
    filePage: number,
    offset: number,
    frame: number,
  ): Steps<number> {
    const memory = cpu.memory;
    const at = this.#found + index * foundWords;
    const page = memory.get(at + found.page);
    const space = this.#core.spaces[memory.get(at + found.process)] as AddressSpace;
    let changed = 0;
    yield space.locking.beginChange(cpu, page, page + 1, 0);
    const vma = yield space.index.lookup(cpu, page);
    if (
      vma !== 0 &&
      memory.get(vma + record.file) === file.index + 1 &&
      memory.get(vma + record.fileOffset) + page - memory.get(vma + record.start) === filePage &&
      isProbed(memory.get(vma + record.flags))
    ) {
      yield space.locking.isolate(cpu, vma);
      changed = yield frame === 0
        ? this.#breakpoints.remove(cpu, space, page)
        : this.#breakpoints.install(cpu, space, vma, page, offset, frame);
    }
    yield space.locking.endChange(cpu);
    return changed;
  }
}
