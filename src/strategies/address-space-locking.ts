import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';

/**
 * How the model takes its address-space lock: what a strategy implements. Pages are page numbers of the
 * address space, `end` is exclusive. More than one result goes into `cpu.task`, never onto the strategy.
 */
export interface AddressSpaceLocking {
  /** 0 if a fault must drop the lock for I/O on every pass, as its holder may not sleep; else 1: only on the first. */
  readonly keepsForIo: 0 | 1;
  /**
   * 1: a fault keeps nobody out, and sets its entry once `stillValid` has let it; so who changes a VMA must
   * look under the page-table lock even at a table that seems empty. See `AddressSpace.hasEntries`.
   */
  readonly validates: 0 | 1;
  /** 1: a change that leaves the index as it is (`shape` 0) keeps others out of its range only, and is worth finding out. */
  readonly refines: 0 | 1;
  /** 1: every change keeps others out of its range only, so that changes of different ranges run in parallel. */
  readonly parallel: 0 | 1;

  /** Plain set-up. */
  initialise(memory: Memory): void;
  /** What is wrong with its locks while nothing runs, as sentences. */
  check(memory: Memory): string[];

  /**
   * Gives the VMA that maps `page`, locked as this strategy locks it, or 0: none mapped (and nothing is
   * locked). What it gives may be a copy, and is for reading only. `again` 1: the fault was begun before and
   * was `stale` or dropped its lock, so it must take what cannot fail.
   */
  beginFault(cpu: Cpu, page: number, write: 0 | 1, again: 0 | 1): Steps<number>;
  /** 1: the lock was dropped for I/O; do the I/O, then start the fault again. 0: it stays held. */
  dropForIo(cpu: Cpu): Steps<number>;
  /** Under the page-table lock, before the entry is set: 1 if the VMA found is still the mapping. */
  stillValid(cpu: Cpu): Steps<number>;
  endFault(cpu: Cpu): Steps;

  /** Keeps [start, end) as it is, for callers that read mappings or walk pages. */
  beginRead(cpu: Cpu, start: number, end: number): Steps;
  endRead(cpu: Cpu): Steps;

  /** Excludes everyone else from [start, end). `shape` 1: VMAs may be added, removed, split or merged. */
  beginChange(cpu: Cpu, start: number, end: number, shape: 0 | 1): Steps;
  /**
   * Finds `pages` free ones in [low, high) and begins a change of at least these. Gives the first; -1: there are
   * none, and no change has begun.
   */
  beginMap(cpu: Cpu, pages: number, low: number, high: number): Steps<number>;
  /** Keeps one VMA's readers out until `endChange` or `downgrade`. Before it changes, and before a new one is seen. */
  isolate(cpu: Cpu, vma: number): Steps;
  /** An isolated VMA has left the index; its record may be used anew once lockless readers are gone. */
  detach(cpu: Cpu, vma: number): Steps;
  /** 1: readers are let in from here on; the change ends with `endRead`. 0: cannot; it stays exclusive. */
  downgrade(cpu: Cpu): Steps<number>;
  endChange(cpu: Cpu): Steps;
}
