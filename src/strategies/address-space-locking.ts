import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';

/**
 * How the model takes its address-space lock: what a strategy implements. Pages are page numbers of the
 * address space, `end` is exclusive. More than one result goes into `cpu.task`, never onto the strategy.
 */
export interface AddressSpaceLocking {
  /** What finds the VMA of a page. */
  readonly index: 'tree' | 'radix' | 'page-table';
  /** 0 if a fault must drop the lock for I/O on every pass, as its holder may not sleep; else 1: only on the first. */
  readonly keepsForIo: 0 | 1;

  /** Gives the VMA that maps `page`, locked as this strategy locks it, or 0: none mapped (and nothing is locked). */
  beginFault(cpu: Cpu, page: number, write: 0 | 1): Steps<number>;
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
  /** Keeps one VMA's readers out until `endChange`. */
  isolate(cpu: Cpu, vma: number): Steps;
  /** 1: readers are let in from here on; the change ends with `endRead`. 0: cannot; it stays exclusive. */
  downgrade(cpu: Cpu): Steps<number>;
  endChange(cpu: Cpu): Steps;
}
