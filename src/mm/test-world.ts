import { Interleaver, type InterleaverOptions, type Program } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { builtInLocks } from '../locks/registry.js';
import { granularities, type Strategy } from '../strategies/strategy.js';
import { plainOperation } from '../workload/plain-operation.js';
import type { OperationPlan, Plan, RegionPlan, SpacePlan } from '../workload/plan.js';
import type { Backing } from './backing.js';
import type { Core } from './core.js';
import { Model } from './model.js';
import type { Operations } from './operations.js';
import { sharedWorld } from './world.js';

export const anonRegion: RegionPlan = {
  name: 'heap',
  kind: 'anon',
  vmas: 2,
  pages: 4,
  resident: 0,
  ioNs: 0,
  writable: true,
  shared: false,
  executable: false,
  probes: 0,
};

/** Half of its pages are kept in the page cache. */
export const fileRegion: RegionPlan = {
  ...anonRegion,
  name: 'file',
  kind: 'file',
  vmas: 1,
  resident: 0.5,
  ioNs: 500,
  shared: true,
};

/** A probe in its first page from the start. */
export const textRegion: RegionPlan = {
  ...fileRegion,
  name: 'text',
  writable: false,
  shared: false,
  executable: true,
  probes: 1,
};

/** Text without probes. */
export const plainTextRegion: RegionPlan = { ...textRegion, name: 'plain', probes: 0 };

export const heap = 0;
export const file = 1;
export const text = 2;
export const plainText = 3;

const entry: OperationPlan = {
  ...plainOperation,
  op: 'fork',
  row: 0,
  weight: 0,
  pages: 8,
  pick: 'random',
};

type Locking = Pick<Strategy, 'granularity' | 'mmapLock' | 'range'>;

/** Every way to lock an address space, beside which lock it is, under a name for tests. */
export const lockings: ReadonlyArray<readonly [name: string, locking: Locking]> = [
  ...granularities
    .filter((granularity) => granularity !== 'range')
    .map(
      (granularity) =>
        [granularity, { granularity, mmapLock: 'rwsem-spin', range: 'full' }] as const,
    ),
  ['range, full', { granularity: 'range', mmapLock: 'range-tree', range: 'full' }],
  ['range, refined', { granularity: 'range', mmapLock: 'range-list', range: 'refined' }],
];

export interface FixtureOptions {
  readonly threads?: number;
  readonly space?: Partial<SpacePlan>;
  readonly strategy?: Partial<Strategy>;
  readonly machine?: Partial<InterleaverOptions>;
}

/** A tiny world under a machine that interleaves: heap, a shared file and probed text, every operation at hand. */
export class TestWorld {
  readonly machine: Interleaver;
  readonly model: Model;
  readonly core: Core;
  readonly backing: Backing;
  readonly operations: Operations;
  readonly plan: Plan;

  constructor(options: FixtureOptions = {}) {
    const threads = options.threads ?? 2;
    const processes = options.space?.processes ?? 1;
    this.plan = {
      workload: 'test',
      seed: 1,
      threads,
      space: {
        processes,
        regions: [anonRegion, fileRegion, textRegion, plainTextRegion],
        mappablePages: 64,
        frames: 200,
        memoryBytes: 2 ** 28,
        notifierShare: 0,
        notifierNs: 0,
        ...options.space,
      },
      roles: [
        {
          name: 'all',
          main: true,
          threads,
          ops: [entry, { ...entry, op: 'gup' }],
          weighted: false,
          rows: ['fork', 'gup'],
          thinkNs: 0,
          rate: 0,
          arrival: 'poisson',
        },
      ],
      actors: Array.from({ length: threads }, (_, index) => ({
        role: 0,
        index,
        process: index % processes,
      })),
      run: { durationNs: 0, warmupNs: 0, blocks: 0 },
      userLocks: {},
    };
    const strategy: Strategy = {
      name: 'test',
      about: '',
      granularity: 'whole',
      mmapLock: 'rwsem-spin',
      rmapLock: 'rwsem-spin',
      range: 'full',
      faultIo: 'drop',
      unmap: 'downgrade',
      populate: 'after',
      gup: 'unlocked',
      uprobes: 'inside',
      holdLimit: 0,
      ...options.strategy,
    };
    const layout = new Layout();
    // Small nodes of slots, so that nodes come and go, and few steps lock everything.
    const world = { ...sharedWorld(this.plan), nodeBits: 2 };
    this.model = new Model(layout, this.plan, strategy, builtInLocks, world);
    this.core = this.model.core;
    this.backing = this.model.backing;
    this.operations = this.model.operations;
    this.machine = new Interleaver({
      threads,
      words: layout.words,
      contents: this.model.framesWord,
      maxSteps: 400_000,
      ...options.machine,
    });
    for (const cpu of this.machine.cpus) cpu.task.process = cpu.id % processes;
    this.model.initialise(this.machine.memory);
  }

  get memory(): Memory {
    return this.machine.memory;
  }

  /** First page of a region. */
  page(region: number): number {
    return this.core.shape.regionStarts[region] ?? 0;
  }

  /** Runs one operation on CPU 0. */
  one(program: (cpu: Cpu) => Steps<number>): number {
    return this.machine.run([program])[0] ?? 0;
  }

  /** Runs, then checks that everything is whole. Gives what the programs returned. */
  run(programs: readonly Program[]): readonly number[] {
    return this.machine.run(programs);
  }

  /** What the checks find broken. */
  faults(): string[] {
    return this.model.check(this.memory);
  }

  /** An event, summed over all CPUs. */
  events(
    name:
      | 'missedHits'
      | 'probeHits'
      | 'majorFaults'
      | 'notifierCalls'
      | 'gupFastMisses'
      | 'probeFillsDropped'
      | 'breakpointsInstalled'
      | 'ioRetries',
  ): number {
    return this.machine.cpus.reduce((sum, cpu) => sum + cpu.task.events[name], 0);
  }
}
