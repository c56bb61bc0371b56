import { Interleaver, type InterleaverOptions, type Program } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { builtInLocks } from '../locks/registry.js';
import type { Strategy } from '../strategies/strategy.js';
import type { OperationPlan, Plan, RegionPlan, SpacePlan } from '../workload/plan.js';
import type { AddressSpace } from './address-space.js';
import { Backing } from './backing.js';
import { checkBacking } from './backing-check.js';
import { Core } from './core.js';
import { ExecText } from './operations/exec-text.js';
import { Fault } from './operations/fault.js';
import { FileWrite } from './operations/file-write.js';
import { Fork } from './operations/fork.js';
import { Gup } from './operations/gup.js';
import { Madvise } from './operations/madvise.js';
import { Mmap, regionFlags } from './operations/mmap.js';
import { Munmap } from './operations/munmap.js';
import { Notify } from './operations/notify.js';
import { Populate } from './operations/populate.js';
import { RmapWalk } from './operations/rmap-walk.js';
import { Section } from './operations/section.js';
import { Truncate } from './operations/truncate.js';
import { UprobeRegistration } from './operations/uprobe-registration.js';
import { VmaEdit } from './vma-edit.js';
import { vmaFlag } from './vma.js';
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

export const heap = 0;
export const file = 1;
export const text = 2;

const entry: OperationPlan = {
  op: 'fork',
  row: 0,
  region: -2,
  pages: 8,
  write: false,
  pick: 'random',
  span: 0,
  weight: 0,
  populate: false,
  held: false,
  sleeps: false,
  caller: '',
  file: -1,
  lock: 'mmap_lock',
  writeShare: 0,
  holdNs: 0,
};

export interface FixtureOptions {
  readonly threads?: number;
  readonly space?: Partial<SpacePlan>;
  readonly strategy?: Partial<Strategy>;
  readonly machine?: Partial<InterleaverOptions>;
}

/** A tiny world under a machine that interleaves: heap, a shared file and probed text, every operation at hand. */
export class TestWorld {
  readonly machine: Interleaver;
  readonly core: Core;
  readonly backing: Backing;
  readonly plan: Plan;
  readonly fault: Fault;
  readonly mmap: Mmap;
  readonly munmap: Munmap;
  readonly madvise: Madvise;
  readonly fork: Fork;
  readonly gup: Gup;
  readonly rmapWalk: RmapWalk;
  readonly notify: Notify;
  readonly probes: UprobeRegistration;
  readonly execText: ExecText;
  readonly fileWrite: FileWrite;
  readonly truncate: Truncate;
  readonly section: Section;

  constructor(options: FixtureOptions = {}) {
    const threads = options.threads ?? 2;
    const processes = options.space?.processes ?? 1;
    this.plan = {
      workload: 'test',
      seed: 1,
      threads,
      space: {
        processes,
        regions: [anonRegion, fileRegion, textRegion],
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
      faultIo: 'drop',
      unmap: 'downgrade',
      populate: 'after',
      gup: 'unlocked',
      uprobes: 'inside',
      holdLimit: 0,
      ...options.strategy,
    };
    const layout = new Layout();
    const core = new Core(layout, this.plan, strategy, builtInLocks, sharedWorld(this.plan));
    const backing = new Backing(layout, core);
    const { reverse, cache, notifiers, files, walk, uprobes, breakpoints } = backing;
    const edit = new VmaEdit(reverse);
    this.core = core;
    this.backing = backing;
    this.fault = new Fault(core, reverse, cache, notifiers);
    const populate = new Populate(core, this.fault);
    this.mmap = new Mmap(core, reverse, uprobes, edit, populate);
    this.munmap = new Munmap(core, reverse, notifiers, edit);
    this.madvise = new Madvise(core, notifiers);
    this.fork = new Fork(core, reverse, uprobes, this.munmap);
    this.gup = new Gup(core, this.fault, walk, backing.pins);
    this.rmapWalk = new RmapWalk(core, walk, backing.unmap);
    this.notify = new Notify(core, notifiers);
    this.probes = new UprobeRegistration(layout, core, files, uprobes, breakpoints);
    this.execText = new ExecText(core, this.fault, uprobes);
    this.fileWrite = new FileWrite(core, files, cache, walk, this.fault);
    this.truncate = new Truncate(core, files, cache, backing.unmap, notifiers);
    this.section = new Section(core, backing.anonVmas);
    this.machine = new Interleaver({
      threads,
      words: layout.words,
      contents: core.frames.contents,
      maxSteps: 400_000,
      ...options.machine,
    });
    for (const cpu of this.machine.cpus) cpu.task.process = cpu.id % processes;
    this.#initialise(this.machine.memory);
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
    return [
      ...this.core.record.check(this.memory),
      ...this.backing.checkLocks(this.memory),
      ...checkBacking(this.memory, this.core, this.backing),
    ];
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

  #initialise(memory: Memory): void {
    this.core.initialise(memory);
    this.backing.initialise(memory);
    const first: number[] = [];
    for (let process = 0; process < this.plan.space.processes; process++) {
      const space = this.core.spaces[process] as AddressSpace;
      let index = 0;
      for (const [region, plan] of this.plan.space.regions.entries()) {
        for (let part = 0; part < plan.vmas; part++) {
          const start = this.page(region) + part * plan.pages;
          const end = start + plan.pages;
          const isFile = plan.kind === 'file';
          const name = index + 1;
          const made = space.create(
            memory,
            start,
            end,
            regionFlags(plan) | vmaFlag.attached,
            isFile ? region + 1 : 0,
            isFile ? part * plan.pages : 0,
            name,
          );
          space.tree.insertPlain(memory, start, end, made, space.epochs.current(memory));
          this.backing.adopt(memory, process, made, process === 0 ? 0 : (first[index] ?? 0));
          if (process === 0) first.push(made);
          index++;
        }
      }
    }
  }
}
