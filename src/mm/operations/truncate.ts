import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { Notifiers } from '../contracts.js';
import type { Core } from '../core.js';
import type { MappedFile } from '../file.js';
import type { Files } from '../files.js';
import { frameRecord } from '../frame.js';
import type { PageCache } from '../page-cache.js';
import type { RmapUnmap } from '../rmap-unmap.js';
import { vma as record } from '../vma.js';
import { zapOnly } from '../zap.js';

/**
 * Drops pages of a file (facts, B.10): under the inode's lock and `invalidate`, which keeps faults from
 * reading, unmaps the range everywhere and takes its pages out of the cache. Private copies stay, as when a
 * hole is punched; so do the file's size and its content on the device, from where the next fault reads.
 */
export class Truncate {
  readonly #core: Core;
  readonly #files: Files;
  readonly #cache: PageCache;
  readonly #unmap: RmapUnmap;
  readonly #notifiers: Notifiers;

  constructor(core: Core, files: Files, cache: PageCache, unmap: RmapUnmap, notifiers: Notifiers) {
    this.#core = core;
    this.#files = files;
    this.#cache = cache;
    this.#unmap = unmap;
    this.#notifiers = notifiers;
  }

  /** Gives how many pages were in the cache; they are not when it returns. */
  *run(cpu: Cpu, region: number, from: number, pages: number): Steps<number> {
    const file = this.#files.at(region);
    const end = Math.min(from + pages, file.pages);
    yield file.inode.writeLock(cpu);
    yield file.invalidate.writeLock(cpu);
    let cached = 0;
    for (let page = from; page < end; page++) {
      if ((yield cpu.load(file.slot(page))) !== 0) cached++;
    }
    yield this.unmapRange(cpu, file, from, end);
    for (let page = from; page < end; page++) yield this.dropPage(cpu, file, page);
    yield file.invalidate.writeUnlock(cpu);
    yield file.inode.writeUnlock(cpu);
    return cached;
  }

  /** Clears the entries of the file's own pages in every mapping of the range. */
  private *unmapRange(cpu: Cpu, file: MappedFile, from: number, end: number): Steps {
    const memory = cpu.memory;
    yield file.iMmap.readLock(cpu);
    let vma = file.firstMapping(memory);
    while (vma !== 0) {
      yield cpu.read(vma, 'rmap_step', 1);
      const vmaStart = memory.get(vma + record.start);
      const shift = vmaStart - memory.get(vma + record.fileOffset);
      const start = Math.max(vmaStart, from + shift);
      const stop = Math.min(memory.get(vma + record.end), end + shift);
      if (start < stop) {
        const space = this.#core.spaces[memory.get(vma + record.process)] as AddressSpace;
        yield this.#notifiers.invalidate(cpu, space, start, stop - start);
        yield this.#core.zap.clear(cpu, space, start, stop, zapOnly.cached);
        yield this.#core.zap.flush(cpu, space);
      }
      vma = memory.get(vma + record.mappingNext);
    }
    yield file.iMmap.readUnlock(cpu);
  }

  /** Takes one page out of the cache. Whoever mapped it since `unmapRange` loses it too. */
  private *dropPage(cpu: Cpu, file: MappedFile, page: number): Steps {
    const { frames, folioLock } = this.#core;
    for (;;) {
      const frame = yield cpu.load(file.slot(page));
      if (frame === 0) return;
      if ((yield frames.tryGet(cpu, frame)) === 1) {
        const words = frames.record(frame);
        yield folioLock.lock(cpu, words + frameRecord.lock);
        const there = (yield cpu.load(file.slot(page))) === frame;
        if (there) {
          if ((yield cpu.load(words + frameRecord.mappings)) > 0) {
            yield this.#unmap.everywhere(cpu, frame);
          }
          yield this.#cache.remove(cpu, frame);
        }
        yield this.#cache.leave(cpu, frame);
        if (there) return;
      } else {
        yield cpu.awaitChange(file.slot(page), frame);
      }
    }
  }
}
