import { structureWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Observed } from '../locks/observed.js';
import type { RegionPlan } from '../workload/plan.js';
import type { LockMaker } from './lock-maker.js';
import { vma } from './vma.js';

/**
 * A file: its locks, the list of all VMAs that map it in any process (`i_mmap`), and its page cache's slots.
 * One file a file region. Lock order: `inode` before `mmap_lock` before `invalidate` before the folio lock
 * before `iMmap` (facts, B.0).
 */
export class MappedFile {
  /** Index of its region; a VMA holds it plus 1. */
  readonly index: number;
  /** First word: what `owner` of its frames holds. It is the head of the list of mappings. */
  readonly word: number;
  readonly pages: number;
  /** ns that the device takes for one page. */
  readonly ioNs: number;
  /** Writers of the file and truncation. */
  readonly inode: Observed;
  /** Truncation (W) against faults that read from the device (R). */
  readonly invalidate: Observed;
  /** Registering and taking back probes of this file. */
  readonly registration: Observed;
  /** Guards the list of mappings. */
  readonly iMmap: Observed;
  readonly #locks: readonly Observed[];
  readonly #slots: number;
  readonly #resident: number;

  constructor(layout: Layout, index: number, region: RegionPlan, locks: LockMaker) {
    this.index = index;
    this.word = layout.allocate(structureWords);
    this.pages = region.vmas * region.pages;
    this.ioNs = region.ioNs;
    this.#resident = region.resident;
    this.inode = locks.fixed('inode');
    this.invalidate = locks.fixed('invalidate');
    this.registration = locks.fixed('uprobes');
    this.iMmap = locks.reverseMap('i_mmap');
    this.#locks = [this.inode, this.invalidate, this.registration, this.iMmap];
    this.#slots = layout.allocate(this.pages);
  }

  /** Word that holds the frame of a file page, or 0. */
  slot(page: number): number {
    return this.#slots + page;
  }

  /**
   * 1 if the page stays in the cache when no one uses it. The region's `resident` share of the pages does,
   * spread evenly; the others are evicted with their last mapping, as if memory were always short. So a
   * workload that unmaps and touches again meets the same share of misses from its first second to its last.
   */
  isKept(page: number): boolean {
    return Math.floor((page + 1) * this.#resident) > Math.floor(page * this.#resident);
  }

  /** Adds a VMA to the list of mappings. */
  *link(cpu: Cpu, of: number): Steps {
    yield this.iMmap.writeLock(cpu);
    yield this.linkLocked(cpu, of);
    yield this.iMmap.writeUnlock(cpu);
  }

  /** Takes a VMA off the list of mappings. */
  *unlink(cpu: Cpu, of: number): Steps {
    yield this.iMmap.writeLock(cpu);
    yield this.unlinkLocked(cpu, of);
    yield this.iMmap.writeUnlock(cpu);
  }

  /** `link` for a caller that holds `iMmap` W. */
  *linkLocked(cpu: Cpu, of: number): Steps {
    yield cpu.write(this.word, 'interval_tree_change', 1);
    this.insert(cpu.memory, of);
  }

  /** `unlink` for a caller that holds `iMmap` W. */
  *unlinkLocked(cpu: Cpu, of: number): Steps {
    yield cpu.write(this.word, 'interval_tree_change', 1);
    const memory = cpu.memory;
    const next = memory.get(of + vma.mappingNext);
    const previous = memory.get(of + vma.mappingPrevious);
    if (next !== 0) memory.set(next + vma.mappingPrevious, previous);
    memory.set(previous === 0 ? this.word : previous + vma.mappingNext, next);
  }

  /** First VMA of the list; the others follow by `mappingNext`. Under `iMmap`. */
  firstMapping(memory: Memory): number {
    return memory.get(this.word);
  }

  /** Adds to the list under `iMmap` W, or before any thread runs. */
  insert(memory: Memory, of: number): void {
    const first = memory.get(this.word);
    memory.set(of + vma.mappingNext, first);
    memory.set(of + vma.mappingPrevious, 0);
    if (first !== 0) memory.set(first + vma.mappingPrevious, of);
    memory.set(this.word, of);
  }

  /** Plain set-up. */
  initialise(memory: Memory): void {
    for (const lock of this.#locks) lock.initialise(memory);
  }

  /** What is wrong with its locks while nothing runs, as sentences. */
  check(memory: Memory): string[] {
    return this.#locks.flatMap((lock) => lock.check(memory));
  }
}
