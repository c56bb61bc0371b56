import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';

/** Pages that follow each other and belong to one VMA. */
export interface VmaExtent {
  readonly vma: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Where the records of VMAs lie, of which not all are in use. */
export interface VmaRecords {
  readonly first: number;
  readonly words: number;
  readonly capacity: number;
}

/**
 * Which VMA maps which page of one address space, and the records of these VMAs. A VMA is named by its first word,
 * 0 is none. There is one for each way in which changes can exclude each other: `TreeIndex` where there is one
 * change at a time, `SlotIndex` where changes of different ranges run in parallel.
 */
export interface VmaIndex {
  /** Stands for the whole index in `cpu.read` and `cpu.write`. */
  readonly word: number;
  readonly records: VmaRecords;
  /** VMAs that there can be at once. */
  readonly most: number;
  /**
   * 0: a VMA is what its bounds say, and to change a part of it is to split it. 1: a VMA is the pages that lead to
   * it, `record.pages` of them; its bounds only go round them, so that they need not change when a part goes.
   */
  readonly carves: 0 | 1;

  /** The VMA that maps `page`, or 0. Safe with any lock or none (with none: inside an epoch). */
  lookup(cpu: Cpu, page: number): Steps<number>;
  /**
   * The first VMA that maps a page of [page, limit), or 0; what it maps from there without a gap, within the limit,
   * is left in `cpu.task.from` and `cpu.task.to`. For who keeps that range as it is.
   */
  next(cpu: Cpu, page: number, limit: number): Steps<number>;
  /** The VMA that maps `page` if a change that the caller has begun may touch all of it, else 0. */
  neighbour(cpu: Cpu, page: number): Steps<number>;
  /** First page of a gap of `pages` in [low, high), or -1. Without a lock over that range: as it was, and only likely. */
  findGap(cpu: Cpu, pages: number, low: number, high: number): Steps<number>;

  /** 1 if the caller can `take` so many records, and make so many changes. For who may change the address space. */
  hasRoom(cpu: Cpu, vmas: number, changes: number): Steps<number>;
  /** A record whose content is undefined, after `hasRoom`. */
  take(cpu: Cpu): Steps<number>;
  /** Gives back a record that was taken and never added. */
  give(cpu: Cpu, vma: number): Steps;
  /** Makes a VMA the one that maps the pages within its bounds. */
  add(cpu: Cpu, vma: number): Steps;
  /** The VMA, whose pages are all within its bounds, maps nothing any more. */
  drop(cpu: Cpu, vma: number): Steps;
  /** The VMA, which all its pages lead to, had other bounds before. */
  reshape(cpu: Cpu, vma: number, oldStart: number, oldEnd: number): Steps;
  /** Frees the record of a dropped VMA once no lockless reader can see it. */
  retire(cpu: Cpu, vma: number): Steps;
  /** Frees retired records if many have piled up. */
  settle(cpu: Cpu): Steps;

  /** Plain set-up: as `take`, and as `add`. */
  takePlain(memory: Memory): number;
  addPlain(memory: Memory, vma: number): void;
  /** Plain `lookup`. */
  find(memory: Memory, page: number): number;
  /** Everything mapped, in order. For checks while nothing runs, as those that follow. */
  extents(memory: Memory): VmaExtent[];
  /** What is wrong with the index, as sentences that begin with `who`. */
  check(memory: Memory, who: string): string[];
  /** Records that are neither free nor retired. */
  inUse(memory: Memory): number;
}
