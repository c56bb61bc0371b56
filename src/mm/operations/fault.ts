import type { Cpu } from '../../machine/cpu.js';
import type { Memory } from '../../machine/memory.js';
import type { Steps } from '../../machine/steps.js';
import type { Task } from '../../machine/task.js';
import type { AddressSpace } from '../address-space.js';
import type { Notifiers, PageCache, ReverseMapping } from '../contracts.js';
import type { Core } from '../core.js';
import { frameFlag, frameRecord } from '../frame.js';
import type { Frames } from '../frames.js';
import { entryDirty, entryFrame, entryWritable, zeroFrame } from '../page-entry.js';
import { vma as record, vmaFlag } from '../vma.js';
import { faultResult } from './fault-result.js';

/** Page faults (facts, B.1.2): first touch, copy on write, file pages with I/O. */
export class Fault {
  readonly #core: Core;
  readonly #frames: Frames;
  readonly #reverse: ReverseMapping;
  readonly #cache: PageCache;
  readonly #notifiers: Notifiers;

  constructor(core: Core, reverse: ReverseMapping, cache: PageCache, notifiers: Notifiers) {
    this.#core = core;
    this.#frames = core.frames;
    this.#reverse = reverse;
    this.#cache = cache;
    this.#notifiers = notifiers;
  }

  /** Takes a fault of the caller's own thread. Gives a `faultResult` that is not negative. */
  *run(cpu: Cpu, page: number, write: 0 | 1): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    let again: 0 | 1 = 0;
    let mayDrop: 0 | 1 = 1;
    for (;;) {
      const vma = yield space.locking.beginFault(cpu, page, write, again);
      if (vma === 0) return faultResult.noVma;
      const result = yield this.handle(cpu, space, vma, page, write, mayDrop);
      if (result !== faultResult.dropped) yield space.locking.endFault(cpu);
      if (result >= 0) return result;
      again = 1;
      if (result === faultResult.dropped) {
        // The second pass keeps the lock whatever happens, so that it ends (facts, B.1.3 step 6); unless
        // the lock's holder may not sleep.
        mayDrop = space.locking.keepsForIo === 1 ? 0 : 1;
        cpu.task.events.ioRetries++;
      }
    }
  }

  /**
   * Makes a page present under a lock that the caller holds on its VMA; gives a `faultResult`. With
   * `mayDrop` 1 the lock may be dropped by `dropForIo`, and then the result is `dropped`.
   */
  *handle(
    cpu: Cpu,
    space: AddressSpace,
    vma: number,
    page: number,
    write: 0 | 1,
    mayDrop: 0 | 1,
  ): Steps<number> {
    const memory = cpu.memory;
    if (write === 1 && (memory.get(vma + record.flags) & vmaFlag.write) === 0) {
      return faultResult.noVma;
    }
    const entry = yield cpu.load(space.table.entry(page));
    if (entry !== 0) {
      if (write === 0 || (entry & entryWritable) !== 0) {
        cpu.task.events.spurious++;
        return faultResult.spurious;
      }
      return yield this.makeWritable(cpu, space, vma, page, entry);
    }
    if (memory.get(vma + record.file) !== 0) {
      return yield this.filePage(cpu, space, vma, page, write, mayDrop);
    }
    return yield write === 1
      ? this.firstWrite(cpu, space, vma, page)
      : this.firstRead(cpu, space, page);
  }

  /** Anonymous memory, first touched by a write: a zeroed frame of its own. */
  private *firstWrite(cpu: Cpu, space: AddressSpace, vma: number, page: number): Steps<number> {
    if (cpu.memory.get(vma + record.anonVma) === 0) {
      if ((yield this.#reverse.prepareAnonVma(cpu, vma)) === 0) return this.noMemory(cpu.task);
    }
    const frame = yield this.#frames.allocate(cpu);
    if (frame === 0) return this.noMemory(cpu.task);
    yield cpu.zero(frame);
    this.own(cpu.memory, frame, vma, page);
    return yield this.install(cpu, space, page, frame, entryWritable | entryDirty);
  }

  /** Anonymous memory, first touched by a read: the shared frame of zeros, which nobody counts. */
  private *firstRead(cpu: Cpu, space: AddressSpace, page: number): Steps<number> {
    const { table } = space;
    yield table.lock(cpu, page);
    const valid = yield space.locking.stillValid(cpu);
    const empty = (yield cpu.load(table.entry(page))) === 0;
    if (valid !== 0 && empty) yield table.install(cpu, page, zeroFrame);
    yield table.unlock(cpu, page);
    if (valid === 0) return faultResult.stale;
    return empty ? faultResult.made : this.wasThere(cpu.task);
  }

  private *filePage(
    cpu: Cpu,
    space: AddressSpace,
    vma: number,
    page: number,
    write: 0 | 1,
    mayDrop: 0 | 1,
  ): Steps<number> {
    const memory = cpu.memory;
    const file = memory.get(vma + record.file) - 1;
    const filePage = memory.get(vma + record.fileOffset) + page - memory.get(vma + record.start);
    const shared = memory.get(vma + record.flags) & vmaFlag.shared;
    const copies = write === 1 && shared === 0;
    let copy = 0;
    if (copies) {
      // Before the folio is locked, since both may wait for memory (facts, B.1.2).
      if ((yield this.#reverse.prepareAnonVma(cpu, vma)) === 0) return this.noMemory(cpu.task);
      copy = yield this.#frames.allocate(cpu);
      if (copy === 0) return this.noMemory(cpu.task);
    }
    const frame = yield this.#cache.frameForFault(cpu, space, file, filePage, mayDrop);
    if (frame <= 0) {
      if (copies) yield this.#frames.put(cpu, copy, 1);
      if (frame === 0) return faultResult.dropped;
      return frame === -1 ? faultResult.noVma : this.noMemory(cpu.task);
    }
    if (copies) {
      yield cpu.copy(copy, frame);
      yield this.#cache.release(cpu, frame);
      this.own(cpu.memory, copy, vma, page);
      return yield this.install(cpu, space, page, copy, entryWritable | entryDirty);
    }
    yield cpu.add(this.#frames.record(frame) + frameRecord.mappings, 1);
    const flags = write === 1 ? entryWritable | entryDirty : 0;
    // Mapped while the folio is locked, so that a truncation before or after sees the mapping.
    const result = yield this.set(cpu, space, page, frame | flags);
    if (result === faultResult.made) {
      yield this.#cache.unlockFolio(cpu, frame);
    } else {
      yield cpu.add(this.#frames.record(frame) + frameRecord.mappings, -1);
      yield this.#cache.release(cpu, frame);
    }
    return result;
  }

  /** A write to a page that is present for reading only. */
  private *makeWritable(
    cpu: Cpu,
    space: AddressSpace,
    vma: number,
    page: number,
    entry: number,
  ): Steps<number> {
    const memory = cpu.memory;
    const { table } = space;
    const old = entry & entryFrame;
    const shared = (memory.get(vma + record.flags) & vmaFlag.shared) !== 0;
    yield table.lock(cpu, page);
    const valid = yield space.locking.stillValid(cpu);
    const same = (yield cpu.load(table.entry(page))) === entry;
    if (valid === 0 || !same) {
      yield table.unlock(cpu, page);
      return valid === 0 ? faultResult.stale : this.wasThere(cpu.task);
    }
    if (shared || (old !== zeroFrame && (yield this.exclusive(cpu, old)) === 1)) {
      yield table.change(cpu, page, entry | entryWritable | entryDirty);
      yield table.unlock(cpu, page);
      return faultResult.made;
    }
    // Keeps the frame from being freed and used anew while it is copied.
    if (old !== zeroFrame) yield this.#frames.get(cpu, old);
    yield table.unlock(cpu, page);
    const result = yield this.copyOnWrite(cpu, space, vma, page, entry);
    if (old !== zeroFrame) {
      yield this.#frames.put(cpu, old, 1);
      if (result === faultResult.made) yield this.#core.eviction.drop(cpu, old);
    }
    return result;
  }

  /** Copies a frame that others may use too. Leaves the old frame, whose mapping it ends, to the caller. */
  private *copyOnWrite(
    cpu: Cpu,
    space: AddressSpace,
    vma: number,
    page: number,
    entry: number,
  ): Steps<number> {
    const { table } = space;
    const old = entry & entryFrame;
    if ((yield this.#reverse.prepareAnonVma(cpu, vma)) === 0) return this.noMemory(cpu.task);
    const frame = yield this.#frames.allocate(cpu);
    if (frame === 0) return this.noMemory(cpu.task);
    yield old === zeroFrame ? cpu.zero(frame) : cpu.copy(frame, old);
    this.own(cpu.memory, frame, vma, page);
    yield this.#notifiers.invalidate(cpu, space, page, 1);
    yield table.lock(cpu, page);
    const valid = yield space.locking.stillValid(cpu);
    const same = (yield cpu.load(table.entry(page))) === entry;
    if (valid === 0 || !same) {
      yield table.unlock(cpu, page);
      yield this.#frames.put(cpu, frame, 1);
      return valid === 0 ? faultResult.stale : this.wasThere(cpu.task);
    }
    const others = space.others(cpu.task);
    if (others > 0) {
      // No CPU may read the old frame while another already writes to the new one.
      cpu.task.events.shootdowns++;
      yield cpu.store(table.entry(page), 0);
      yield cpu.shootdown(others, 1);
    }
    yield table.change(cpu, page, frame | entryWritable | entryDirty);
    if (old !== zeroFrame) {
      yield cpu.add(this.#frames.record(old) + frameRecord.mappings, -1);
    }
    yield table.unlock(cpu, page);
    cpu.task.events.copyOnWrite++;
    return faultResult.made;
  }

  /** 1 if the entry looked at, whose lock is held, is the only user of an anonymous frame. */
  private *exclusive(cpu: Cpu, frame: number): Steps<number> {
    const from = this.#frames.record(frame);
    if ((cpu.memory.get(from + frameRecord.flags) & frameFlag.file) !== 0) return 0;
    return (yield cpu.load(from + frameRecord.references)) === 1 ? 1 : 0;
  }

  /** Sets an empty entry to a new frame of the caller's, which is freed if the entry is no longer empty. */
  private *install(
    cpu: Cpu,
    space: AddressSpace,
    page: number,
    frame: number,
    flags: number,
  ): Steps<number> {
    const result = yield this.set(cpu, space, page, frame | flags);
    if (result !== faultResult.made) yield this.#frames.put(cpu, frame, 1);
    return result;
  }

  private *set(cpu: Cpu, space: AddressSpace, page: number, entry: number): Steps<number> {
    const { table } = space;
    yield table.lock(cpu, page);
    const valid = yield space.locking.stillValid(cpu);
    const empty = (yield cpu.load(table.entry(page))) === 0;
    if (valid !== 0 && empty) yield table.install(cpu, page, entry);
    yield table.unlock(cpu, page);
    if (valid === 0) return faultResult.stale;
    return empty ? faultResult.made : this.wasThere(cpu.task);
  }

  /** Makes a new frame an anonymous one with one mapping, before anyone can see it. */
  private own(memory: Memory, frame: number, vma: number, page: number): void {
    const to = this.#frames.record(frame);
    memory.set(to + frameRecord.mappings, 1);
    memory.set(to + frameRecord.owner, memory.get(vma + record.anonVma));
    memory.set(to + frameRecord.index, page);
  }

  private wasThere(task: Task): number {
    task.events.spurious++;
    return faultResult.spurious;
  }

  private noMemory(task: Task): number {
    task.events.outOfMemory++;
    return faultResult.outOfMemory;
  }
}
