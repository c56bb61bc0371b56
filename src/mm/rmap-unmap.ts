import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from './address-space.js';
import { anonLink, anonVma, type AnonVmas } from './anon-vma.js';
import type { Notifiers } from './contracts.js';
import type { Core } from './core.js';
import type { MappedFile } from './file.js';
import type { Files } from './files.js';
import { frameFlag, frameRecord } from './frame.js';
import { entryFrame } from './page-entry.js';
import { vma as record } from './vma.js';

/**
 * The walk over everyone who maps a frame (facts, B.7): under the read lock of its reverse map, with its
 * folio locked, each entry cleared under its page-table lock. Notifiers are told before each, and may
 * sleep there, inside both locks.
 */
export class RmapUnmap {
  readonly #core: Core;
  readonly #files: Files;
  readonly #anonVmas: AnonVmas;
  readonly #notifiers: Notifiers;

  constructor(core: Core, files: Files, anonVmas: AnonVmas, notifiers: Notifiers) {
    this.#core = core;
    this.#files = files;
    this.#anonVmas = anonVmas;
    this.#notifiers = notifiers;
  }

  /** Clears every entry that maps a folio-locked frame to which the caller has a reference. Gives how many. */
  *everywhere(cpu: Cpu, frame: number): Steps<number> {
    const words = this.#core.frames.record(frame);
    const flags = yield cpu.load(words + frameRecord.flags);
    const owner = yield cpu.load(words + frameRecord.owner);
    const index = yield cpu.load(words + frameRecord.index);
    if (owner === 0) return 0;
    return yield (flags & frameFlag.file) !== 0
      ? this.filePage(cpu, this.#files.byWord(owner), index, frame)
      : this.anonPage(cpu, owner, index, frame);
  }

  private *filePage(cpu: Cpu, file: MappedFile, index: number, frame: number): Steps<number> {
    const memory = cpu.memory;
    let cleared = 0;
    yield file.iMmap.readLock(cpu);
    let vma = file.firstMapping(memory);
    while (vma !== 0) {
      yield cpu.read(vma, 'rmap_step', 1);
      const page = memory.get(vma + record.start) + index - memory.get(vma + record.fileOffset);
      if (page >= memory.get(vma + record.start) && page < memory.get(vma + record.end)) {
        cleared += yield this.entry(cpu, memory.get(vma + record.process), page, frame);
      }
      vma = memory.get(vma + record.mappingNext);
    }
    yield file.iMmap.readUnlock(cpu);
    return cleared;
  }

  /** An anonymous page has the same number in every address space of its fork tree. */
  private *anonPage(cpu: Cpu, anon: number, page: number, frame: number): Steps<number> {
    const memory = cpu.memory;
    const root = yield cpu.load(anon + anonVma.root);
    const lock = this.#anonVmas.lockOf(root);
    let cleared = 0;
    yield lock.readLock(cpu);
    // The tree may have gone, and its records may be another's, before the lock was had; but while the frame
    // is mapped its anon_vma cannot go, and nor can it under the lock.
    const sameRoot = (yield cpu.load(anon + anonVma.root)) === root;
    const mappings = yield cpu.load(this.#core.frames.record(frame) + frameRecord.mappings);
    if (sameRoot && mappings > 0) {
      let link = memory.get(anon + anonVma.links);
      while (link !== 0) {
        const vma = memory.get(link + anonLink.vma);
        yield cpu.read(vma, 'rmap_step', 1);
        if (page >= memory.get(vma + record.start) && page < memory.get(vma + record.end)) {
          cleared += yield this.entry(cpu, memory.get(vma + record.process), page, frame);
        }
        link = memory.get(link + anonLink.next);
      }
    }
    yield lock.readUnlock(cpu);
    return cleared;
  }

  /** Clears one entry if it maps the frame: 1. */
  private *entry(cpu: Cpu, process: number, page: number, frame: number): Steps<number> {
    const space = this.#core.spaces[process] as AddressSpace;
    const { table } = space;
    if (((yield cpu.load(table.entry(page))) & entryFrame) !== frame) return 0;
    yield this.#notifiers.invalidate(cpu, space, page, 1);
    yield table.lock(cpu, page);
    const maps = ((yield cpu.load(table.entry(page))) & entryFrame) === frame;
    if (maps) {
      yield table.clear(cpu, page);
      yield cpu.add(this.#core.frames.record(frame) + frameRecord.mappings, -1);
    }
    yield table.unlock(cpu, page);
    if (!maps) return 0;
    const others = space.others(cpu.task);
    if (others > 0) {
      cpu.task.events.shootdowns++;
      yield cpu.shootdown(others, 1);
    }
    yield this.#core.frames.put(cpu, frame, 1);
    return 1;
  }
}
