import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { AddressSpace } from '../address-space.js';
import type { AnonVmas } from '../anon-vma.js';
import type { Core } from '../core.js';
import { frameRecord } from '../frame.js';
import { entriesPerTable, entryFrame, entryWritable, zeroFrame } from '../page-entry.js';
import type { ReverseMap } from '../reverse-map.js';
import type { Uprobes } from '../uprobes.js';
import { vma as record, vmaFlag } from '../vma.js';
import type { Munmap } from './munmap.js';

/** What one VMA takes of the child's records. */
const copyNeeds = { vmas: 1, changes: 1 } as const;

/**
 * `fork`, the child's life and its exit (facts, B.4, B.5). Both address spaces are write-locked while VMAs
 * are copied and linked to the reverse maps, and page-table entries shared for copy on write; so every
 * fork and exit write-locks the one lock of the whole fork tree, several times for each VMA.
 */
export class Fork {
  readonly #core: Core;
  readonly #anonVmas: AnonVmas;
  readonly #reverse: ReverseMap;
  readonly #uprobes: Uprobes;
  readonly #munmap: Munmap;

  constructor(core: Core, reverse: ReverseMap, uprobes: Uprobes, munmap: Munmap) {
    this.#core = core;
    this.#anonVmas = reverse.anonVmas;
    this.#reverse = reverse;
    this.#uprobes = uprobes;
    this.#munmap = munmap;
  }

  /** Forks; the child sleeps for `childLifeNs` and exits. Gives the pages shared with it; -1: records ran out. */
  *run(cpu: Cpu, childLifeNs: number): Steps<number> {
    const parent = this.#core.spaceOf(cpu.task);
    const child = this.#core.childOf(cpu.id);
    const { pages } = this.#core.shape;
    yield this.#uprobes.dupMmap.readLock(cpu);
    yield parent.locking.beginChange(cpu, 0, pages, 0);
    yield child.locking.beginChange(cpu, 0, pages, 1);
    const copied = yield this.copySpace(cpu, parent, child);
    yield child.index.settle(cpu);
    yield child.locking.endChange(cpu);
    const others = parent.others(cpu.task);
    if (others > 0) {
      // What became read-only in the parent must be so on every CPU before it goes on.
      cpu.task.events.shootdowns++;
      yield cpu.shootdown(others, Math.max(copied, 1));
    }
    yield parent.locking.endChange(cpu);
    yield this.#uprobes.dupMmap.readUnlock(cpu);
    if (copied >= 0 && childLifeNs > 0) yield this.#core.record.sleep(cpu, childLifeNs);
    yield this.exit(cpu, child);
    return copied;
  }

  /** Unmaps everything: the child's pages, links and records. */
  private *exit(cpu: Cpu, child: AddressSpace): Steps {
    const { pages } = this.#core.shape;
    while ((yield child.index.next(cpu, 0, pages)) !== 0) {
      yield child.locking.beginChange(cpu, 0, pages, 1);
      yield this.#munmap.finish(cpu, child, 0, pages);
    }
  }

  private *copySpace(cpu: Cpu, parent: AddressSpace, child: AddressSpace): Steps<number> {
    const memory = cpu.memory;
    const { pages } = this.#core.shape;
    let copied = 0;
    let vma = yield parent.index.next(cpu, 0, pages);
    while (vma !== 0) {
      const { from, to } = cpu.task;
      yield parent.locking.isolate(cpu, vma);
      const made = yield this.copyVma(cpu, child, vma, from, to);
      if (made === 0) return -1;
      // Pages of a file without private copies among them are left for the child to fault in.
      if (memory.get(vma + record.anonVma) !== 0) {
        copied += yield this.copyPages(cpu, parent, child, made);
      }
      vma = to < pages ? yield parent.index.next(cpu, to, pages) : 0;
    }
    return copied;
  }

  /** The child's VMA of what a VMA maps of [from, to), linked and in its index; 0: no records are left. */
  private *copyVma(
    cpu: Cpu,
    child: AddressSpace,
    vma: number,
    from: number,
    to: number,
  ): Steps<number> {
    const memory = cpu.memory;
    const file = memory.get(vma + record.file);
    const shift = memory.get(vma + record.fileOffset) - memory.get(vma + record.start);
    if ((yield child.index.hasRoom(cpu, copyNeeds.vmas, copyNeeds.changes)) === 0) return 0;
    yield cpu.write(vma, 'fork_vma', 1);
    const made = yield child.create(
      cpu,
      from,
      to,
      memory.get(vma + record.flags),
      file,
      file === 0 ? 0 : from + shift,
      memory.get(vma + record.name),
    );
    if ((yield this.#anonVmas.fork(cpu, vma, made)) === 0) {
      yield child.index.give(cpu, made);
      return 0;
    }
    yield this.#reverse.link(cpu, made);
    yield child.index.add(cpu, made);
    return made;
  }

  /** Shares the pages of a VMA of the child's with it, write-protected in both; a page table at a time. */
  private *copyPages(
    cpu: Cpu,
    parent: AddressSpace,
    child: AddressSpace,
    vma: number,
  ): Steps<number> {
    const memory = cpu.memory;
    const end = memory.get(vma + record.end);
    const shared = memory.get(vma + record.flags) & vmaFlag.shared;
    let copied = 0;
    let page = memory.get(vma + record.start);
    while (page < end) {
      const next = Math.min(end, page - (page % entriesPerTable) + entriesPerTable);
      // An entry that a fault sets after this look is the parent's alone: the fault comes after the fork.
      if ((yield cpu.load(parent.table.count(page))) !== 0) {
        copied += yield this.copyTable(cpu, parent, child, page, next, shared);
      }
      page = next;
    }
    return copied;
  }

  private *copyTable(
    cpu: Cpu,
    parent: AddressSpace,
    child: AddressSpace,
    start: number,
    end: number,
    shared: number,
  ): Steps<number> {
    const { frames } = this.#core;
    let copied = 0;
    yield parent.table.lock(cpu, start);
    yield child.table.lock(cpu, start);
    for (let page = start; page < end; page++) {
      const entry = yield cpu.load(parent.table.entry(page));
      if (entry !== 0) {
        const frame = entry & entryFrame;
        const kept = shared !== 0 ? entry : entry & ~entryWritable;
        if (frame !== zeroFrame) {
          yield frames.get(cpu, frame);
          yield cpu.add(frames.record(frame) + frameRecord.mappings, 1);
        }
        if (kept !== entry) yield parent.table.change(cpu, page, kept);
        yield child.table.install(cpu, page, kept);
        copied++;
      }
    }
    yield cpu.write(child.table.entry(start), 'fork_page', copied);
    yield child.table.unlock(cpu, start);
    yield parent.table.unlock(cpu, start);
    return copied;
  }
}
