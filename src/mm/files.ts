import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { RegionPlan } from '../workload/plan.js';
import { MappedFile } from './file.js';
import type { LockMaker } from './lock-maker.js';

/** All files of one world: one for each file region, by the region's index. */
export class Files {
  readonly all: readonly MappedFile[];
  readonly #ofRegion: readonly (MappedFile | undefined)[];

  constructor(layout: Layout, regions: readonly RegionPlan[], locks: LockMaker) {
    this.#ofRegion = regions.map((region, index) =>
      region.kind === 'file' ? new MappedFile(layout, index, region, locks) : undefined,
    );
    this.all = this.#ofRegion.filter((file) => file !== undefined);
  }

  /** 1 if that region is a file's. */
  has(region: number): 0 | 1 {
    return this.#ofRegion[region] === undefined ? 0 : 1;
  }

  /** The file of a region that `has` one. */
  at(region: number): MappedFile {
    return this.#ofRegion[region] as MappedFile;
  }

  /** The file that owns a frame, by the frame's `owner`. */
  byWord(word: number): MappedFile {
    for (let index = 0; index < this.all.length; index++) {
      const file = this.all[index] as MappedFile;
      if (file.word === word) return file;
    }
    throw new Error(`No file has its first word at ${word}`);
  }

  /** Plain set-up. */
  initialise(memory: Memory): void {
    for (const file of this.all) file.initialise(memory);
  }

  /** What is wrong with the files' locks while nothing runs, as sentences. */
  check(memory: Memory): string[] {
    return this.all.flatMap((file) => file.check(memory));
  }
}
