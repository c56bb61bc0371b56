import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from './address-space.js';

/** What the address-space core needs of the reverse maps (`anon_vma`, `i_mmap`). VMAs are record words. */
export interface ReverseMapping {
  /** Links a new VMA into the `i_mmap` of its file; nothing for anonymous memory. */
  link(cpu: Cpu, vma: number): Steps;
  /** Unlinks a detached VMA from all its reverse maps, before its record is retired. */
  unlink(cpu: Cpu, vma: number): Steps;
  /** Takes the reverse-map locks of a VMA for writing (i_mmap, then anon_vma), so that its bounds may change. */
  beginAdjust(cpu: Cpu, vma: number): Steps;
  endAdjust(cpu: Cpu, vma: number): Steps;
  /** Between `beginAdjust` and `endAdjust` of either: `vma` was split off `sibling`, has its `anonVma`, and joins all its maps. */
  linkSibling(cpu: Cpu, vma: number, sibling: number): Steps;
  /** Between `beginAdjust` and `endAdjust` of `sibling`: `vma`, of the same maps, is merged into it and leaves them. */
  unlinkSibling(cpu: Cpu, vma: number, sibling: number): Steps;
  /** Gives a VMA an `anon_vma` unless it has one. 1: it has one now. 0: there is no memory for it. */
  prepareAnonVma(cpu: Cpu, vma: number): Steps<number>;
  /** Plain set-up: as `link`, and as `prepareAnonVma`. */
  linkPlain(memory: Memory, vma: number): void;
  prepareAnonVmaPlain(memory: Memory, vma: number): void;
}

/** What a fault needs of the page cache. A file is named by its region's index. */
export interface PageCache {
  /**
   * The frame of a file's page, up to date, its folio locked, with one reference for the caller.
   * 0: the address-space lock was dropped (`space.locking.dropForIo`) and the I/O done or waited for; start again.
   * -1: the file ends before. -2: no memory.
   * With `mayDrop` 0 the lock is kept whatever happens.
   */
  frameForFault(
    cpu: Cpu,
    space: AddressSpace,
    file: number,
    filePage: number,
    mayDrop: 0 | 1,
  ): Steps<number>;
  /** Unlocks the folio of a frame whose reference a new mapping keeps. */
  unlockFolio(cpu: Cpu, frame: number): Steps;
  /** Gives back a frame from `frameForFault`, its folio lock and its reference. */
  release(cpu: Cpu, frame: number): Steps;
}

/** What `mmap` needs of uprobes. Each hook acts only under its policy, and returns at once for files without probes. */
export interface ProbeHooks {
  /** Before `mmap_lock` is taken: variant `prefetched` reads the original pages. */
  beforeMap(cpu: Cpu, file: number, fileOffset: number, pages: number): Steps;
  /** Under the write lock, the VMA is linked: variants `inside` and `prefetched` install. */
  insideMap(cpu: Cpu, space: AddressSpace, vma: number): Steps;
  /**
   * After the lock was dropped: variant `deferred` takes it again, looks the VMA up again and installs;
   * `prefetched` lets go what `beforeMap` read. Also called when the mapping failed, with 0 pages.
   */
  afterMap(cpu: Cpu, space: AddressSpace, file: number, start: number, pages: number): Steps;
}

/** What invalidations need of MMU notifiers: may sleep, so never under a page-table lock. */
export interface Notifiers {
  /** Tells the secondary MMUs that [start, start + pages) goes away. Gives how many callbacks it made. */
  invalidate(cpu: Cpu, space: AddressSpace, start: number, pages: number): Steps<number>;
}
