import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { LockTable } from '../locks/registry.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Plan, RegionPlan } from '../workload/plan.js';
import type { AddressSpace } from './address-space.js';
import { Backing } from './backing.js';
import { Core } from './core.js';
import { frameRecord } from './frame.js';
import { brokenInvariants } from './invariants.js';
import { regionFlags } from './operations/mmap.js';
import { Operations } from './operations.js';
import { entryDirty, entryWritable } from './page-entry.js';
import { vma as record } from './vma.js';
import type { World } from './world.js';

/**
 * The model of one world: its memory, address spaces and files, and what threads can do to them. Built
 * alike by every thread, as the layout is deterministic; holds word indices and constants only.
 */
export class Model {
  readonly operations: Operations;
  readonly core: Core;
  readonly backing: Backing;

  /** `locks` holds the strategy's locks by label. Throws if one is missing or locks ranges. */
  constructor(layout: Layout, plan: Plan, strategy: Strategy, locks: LockTable, world: World) {
    this.core = new Core(layout, plan, strategy, locks, world);
    this.backing = new Backing(layout, this.core);
    this.operations = new Operations(layout, this.core, this.backing);
  }

  /** Word at which the content of frame 0 begins. */
  get framesWord(): number {
    return this.core.frames.contents;
  }

  /** First page of a region; the same in every process. */
  regionStart(region: number): number {
    return this.core.shape.regionStarts[region] as number;
  }

  /** Plain set-up, over zeroed words, before any thread runs: regions mapped, resident pages present. */
  initialise(memory: Memory): void {
    this.core.initialise(memory);
    this.backing.initialise(memory);
    const ancestors: number[] = [];
    for (let process = 0; process < this.core.world.processes; process++) {
      this.#mapRegions(memory, process, ancestors);
    }
  }

  /** `ancestors` collects the first process's VMAs, from which those of the others descend. */
  #mapRegions(memory: Memory, process: number, ancestors: number[]): void {
    const space = this.core.spaces[process] as AddressSpace;
    let index = 0;
    for (const [at, region] of this.core.plan.space.regions.entries()) {
      for (let number = 0; number < region.vmas; number++) {
        const start = this.regionStart(at) + number * region.pages;
        const file = region.kind === 'file' ? at + 1 : 0;
        const made = space.createPlain(
          memory,
          start,
          start + region.pages,
          regionFlags(region),
          file,
          file === 0 ? 0 : number * region.pages,
          index + 1,
        );
        this.backing.adopt(memory, process, made, ancestors[index] ?? 0);
        if (process === 0) ancestors.push(made);
        if (region.kind === 'anon') this.#populate(memory, space, made, region);
        index++;
      }
    }
  }

  /** Makes the resident share of an anonymous VMA present, spread evenly. */
  #populate(memory: Memory, space: AddressSpace, vma: number, region: RegionPlan): void {
    const { frames } = this.core;
    const start = memory.get(vma + record.start);
    for (let page = 0; page < region.pages; page++) {
      if (Math.floor((page + 1) * region.resident) === Math.floor(page * region.resident)) continue;
      const frame = frames.take(memory);
      const words = frames.record(frame);
      memory.set(words + frameRecord.mappings, 1);
      memory.set(words + frameRecord.owner, memory.get(vma + record.anonVma));
      memory.set(words + frameRecord.index, start + page);
      const flags = region.writable ? entryWritable | entryDirty : 0;
      space.table.installPlain(memory, start + page, frame | flags);
    }
  }

  /** Everything that is wrong once all threads have ended, as sentences; empty if the model is whole. */
  check(memory: Memory): string[] {
    return brokenInvariants(memory, this.core, this.backing);
  }
}
