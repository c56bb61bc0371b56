import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { FaultIo } from '../strategies/strategy.js';
import type { AddressSpace } from './address-space.js';
import type { PageCache as FaultCache } from './contracts.js';
import type { Eviction } from './eviction.js';
import type { MappedFile } from './file.js';
import type { Files } from './files.js';
import { frameFlag, frameRecord } from './frame.js';
import type { Frames } from './frames.js';
import type { LockMaker } from './lock-maker.js';

/**
 * The page cache (facts, B.1.3): a slot for each file page, which holds a frame or 0. Slots are read without
 * a lock: load the slot, take a reference, lock the folio, look at the slot again. A frame leaves the cache
 * only under its folio lock; one that is being read from the device is in its slot with its folio locked,
 * so that others sleep on that lock until it is up to date.
 *
 * A frame that these methods return is up to date, referenced for the caller and folio-locked; entries that
 * map it are set under that lock, so truncation, which takes it too, cannot miss one. It goes back by
 * `release` or `leave`.
 */
export class PageCache implements FaultCache {
  readonly #frames: Frames;
  readonly #files: Files;
  readonly #locks: LockMaker;
  readonly #eviction: Eviction;
  /** A read is submitted before the address-space lock is dropped, as from 2.6.37 to 5.0. */
  readonly #submitsFirst: boolean;

  constructor(
    frames: Frames,
    files: Files,
    locks: LockMaker,
    eviction: Eviction,
    faultIo: FaultIo,
  ) {
    this.#frames = frames;
    this.#files = files;
    this.#locks = locks;
    this.#eviction = eviction;
    this.#submitsFirst = faultIo === 'wait';
  }

  *frameForFault(
    cpu: Cpu,
    space: AddressSpace,
    region: number,
    page: number,
    mayDrop: 0 | 1,
  ): Steps<number> {
    const file = this.#files.at(region);
    if (page >= file.pages) return -1;
    const cached = yield this.lookup(cpu, file, page);
    if (cached !== 0) return cached;
    cpu.task.didIo = 0;
    const frame = yield mayDrop === 0
      ? this.#obtainForFault(cpu, file, page)
      : this.#submitsFirst
        ? this.#submitThenDrop(cpu, space, file, page)
        : this.#dropThenRead(cpu, space, file, page);
    cpu.task.events.majorFaults += cpu.task.didIo;
    return frame;
  }

  *unlockFolio(cpu: Cpu, frame: number): Steps {
    yield this.#locks.folio.unlock(cpu, this.#lockWord(frame));
  }

  /** The frame of a file page if that needs no waiting; 0: it must be read, or someone has its folio locked. */
  *lookup(cpu: Cpu, file: MappedFile, page: number): Steps<number> {
    yield cpu.read(file.word, 'page_cache_lookup', 1);
    const slot = file.slot(page);
    const frame = yield cpu.load(slot);
    if (frame === 0 || (yield this.#frames.tryGet(cpu, frame)) === 0) return 0;
    if ((yield this.#locks.folio.tryLock(cpu, this.#lockWord(frame))) === 1) {
      if ((yield cpu.load(slot)) === frame && (yield this.#upToDate(cpu, frame)) !== 0)
        return frame;
      yield this.#locks.folio.unlock(cpu, this.#lockWord(frame));
    }
    yield this.#frames.put(cpu, frame, 1);
    return 0;
  }

  /** The frame of a file page, read from the device if need be; sleeps. 0: memory is out. */
  *obtain(cpu: Cpu, file: MappedFile, page: number): Steps<number> {
    const slot = file.slot(page);
    for (;;) {
      const frame = yield cpu.load(slot);
      if (frame === 0) {
        const fresh = yield this.beginRead(cpu, file, page);
        if (fresh === -1) return 0;
        if (fresh !== 0) {
          yield this.finishRead(cpu, file, fresh);
          return fresh;
        }
      } else if ((yield this.#frames.tryGet(cpu, frame)) === 0) {
        // Its last user is evicting it and will clear the slot.
        yield cpu.awaitChange(slot, frame);
      } else {
        yield this.#locks.folio.lock(cpu, this.#lockWord(frame));
        if ((yield cpu.load(slot)) === frame) {
          if ((yield this.#upToDate(cpu, frame)) === 0) yield this.finishRead(cpu, file, frame);
          return frame;
        }
        yield this.leave(cpu, frame);
      }
    }
  }

  /**
   * First half of reading a page: puts a new frame into the empty slot, referenced and folio-locked but not
   * up to date. The caller must go on with `finishRead`, and may drop its locks in between. 0: the slot was
   * not empty; -1: memory is out.
   */
  *beginRead(cpu: Cpu, file: MappedFile, page: number): Steps<number> {
    const frame = yield this.#frames.allocate(cpu);
    if (frame === 0) return -1;
    const record = this.#frames.record(frame);
    // Someone with a stale slot may be looking at it for a moment: wait for that.
    yield this.#locks.folio.lock(cpu, record + frameRecord.lock);
    yield cpu.store(record + frameRecord.owner, file.word);
    yield cpu.store(record + frameRecord.index, page);
    yield cpu.store(record + frameRecord.slot, file.slot(page));
    const transient = file.isKept(page) ? 0 : frameFlag.transient;
    yield cpu.store(record + frameRecord.flags, frameFlag.file | transient);
    yield cpu.add(record + frameRecord.references, 1);
    if ((yield cpu.cas(file.slot(page), 0, frame)) === 0) return frame;
    yield cpu.store(record + frameRecord.flags, 0);
    yield cpu.store(record + frameRecord.owner, 0);
    yield this.leave(cpu, frame);
    yield this.#frames.put(cpu, frame, 1);
    return 0;
  }

  /** Second half: waits for the device. The frame stays referenced and folio-locked. */
  *finishRead(cpu: Cpu, file: MappedFile, frame: number): Steps {
    yield cpu.zero(frame);
    if (file.ioNs > 0) yield this.#locks.record.sleep(cpu, file.ioNs);
    cpu.task.didIo = 1;
    yield cpu.or(this.#frames.record(frame) + frameRecord.flags, frameFlag.upToDate);
  }

  /** Gives back a frame that the caller will come for again: it stays in the cache. */
  *leave(cpu: Cpu, frame: number): Steps {
    yield this.#locks.folio.unlock(cpu, this.#lockWord(frame));
    yield this.#frames.put(cpu, frame, 1);
  }

  /** Gives back a frame; one that is not kept and that no one else uses leaves the cache. */
  *release(cpu: Cpu, frame: number): Steps {
    if ((yield this.#eviction.evict(cpu, frame)) === 0) yield this.leave(cpu, frame);
  }

  /** Takes a folio-locked frame out of the cache, with the cache's reference; the caller's stays. */
  *remove(cpu: Cpu, frame: number): Steps {
    const record = this.#frames.record(frame);
    yield cpu.store(yield cpu.load(record + frameRecord.slot), 0);
    yield cpu.store(record + frameRecord.flags, 0);
    yield cpu.store(record + frameRecord.owner, 0);
    yield this.#frames.put(cpu, frame, 1);
  }

  /** Plain set-up: fills the slots of the pages that are kept. */
  initialise(memory: Memory): void {
    for (const file of this.#files.all) {
      for (let page = 0; page < file.pages; page++) {
        if (!file.isKept(page)) continue;
        const frame = this.#frames.take(memory);
        const record = this.#frames.record(frame);
        memory.set(record + frameRecord.owner, file.word);
        memory.set(record + frameRecord.index, page);
        memory.set(record + frameRecord.slot, file.slot(page));
        memory.set(record + frameRecord.flags, frameFlag.file | frameFlag.upToDate);
        memory.set(file.slot(page), frame);
      }
    }
  }

  /** Keeps truncation out while it reads; the frame, or -2: memory is out. */
  *#obtainForFault(cpu: Cpu, file: MappedFile, page: number): Steps<number> {
    yield file.invalidate.readLock(cpu);
    const frame = yield this.obtain(cpu, file, page);
    yield file.invalidate.readUnlock(cpu);
    return frame === 0 ? -2 : frame;
  }

  /** The lock is dropped before anything is asked of the device (5.1). */
  *#dropThenRead(cpu: Cpu, space: AddressSpace, file: MappedFile, page: number): Steps<number> {
    const dropped = yield space.locking.dropForIo(cpu);
    const frame = yield this.#obtainForFault(cpu, file, page);
    if (dropped === 0) return frame;
    if (frame > 0) yield this.leave(cpu, frame);
    return 0;
  }

  /** The read is begun under the lock, which is dropped for the wait alone (2.6.37). */
  *#submitThenDrop(cpu: Cpu, space: AddressSpace, file: MappedFile, page: number): Steps<number> {
    yield file.invalidate.readLock(cpu);
    const begun = yield this.beginRead(cpu, file, page);
    const dropped = yield space.locking.dropForIo(cpu);
    if (begun > 0) yield this.finishRead(cpu, file, begun);
    const frame = begun > 0 ? begun : yield this.obtain(cpu, file, page);
    yield file.invalidate.readUnlock(cpu);
    if (dropped === 0) return frame === 0 ? -2 : frame;
    if (frame > 0) yield this.leave(cpu, frame);
    return 0;
  }

  *#upToDate(cpu: Cpu, frame: number): Steps<number> {
    const flags = yield cpu.load(this.#frames.record(frame) + frameRecord.flags);
    return flags & frameFlag.upToDate;
  }

  #lockWord(frame: number): number {
    return this.#frames.record(frame) + frameRecord.lock;
  }
}
