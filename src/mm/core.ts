import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Task } from '../machine/task.js';
import type { RangeDefinition } from '../locks/definition.js';
import { LockRecord } from '../locks/lock-record.js';
import { ObservedRange } from '../locks/observed-range.js';
import { Observed } from '../locks/observed.js';
import { lockNamed, rangeLockNamed, type LockTable } from '../locks/registry.js';
import { SleepingWordLock } from '../locks/sleeping-word-lock.js';
import { WordLock } from '../locks/word-lock.js';
import { addressSpaceLocking } from '../strategies/locking.js';
import { indexOf, type Strategy } from '../strategies/strategy.js';
import type { Plan } from '../workload/plan.js';
import { AddressSpace } from './address-space.js';
import { Eviction } from './eviction.js';
import { Frames } from './frames.js';
import { spaceShape, type SpaceShape } from './space-shape.js';
import { threadsIn, type World } from './world.js';
import { Zap } from './zap.js';

/**
 * The memory and the address spaces of one world: what every operation, the reverse maps and the page
 * cache are built on. Holds word indices and constants only.
 */
export class Core {
  readonly plan: Plan;
  readonly strategy: Strategy;
  readonly locks: LockTable;
  readonly world: World;
  readonly shape: SpaceShape;
  readonly record: LockRecord;
  /** Lock of page tables; `PageTable.lock` says which word. */
  readonly pageTableLock: WordLock;
  readonly frames: Frames;
  /** Lock of folios, on the lock word of a frame's record. */
  readonly folioLock: SleepingWordLock;
  readonly eviction: Eviction;
  readonly zap: Zap;
  /** The processes' address spaces, then one for the child of each thread, if the plan forks. */
  readonly spaces: readonly AddressSpace[];
  readonly #children: readonly number[];

  constructor(layout: Layout, plan: Plan, strategy: Strategy, locks: LockTable, world: World) {
    this.plan = plan;
    this.strategy = strategy;
    this.locks = locks;
    this.world = world;
    this.shape = spaceShape(plan.space);
    this.record = new LockRecord(layout, world.threads);
    this.pageTableLock = new WordLock(this.record, 'page_table');
    const members = world.processOf.filter((process) => process >= 0).length;
    const zoneLock = new WordLock(this.record, 'zone');
    // The frame of zeros is one of the plan's.
    const frames = plan.space.frames - 1;
    this.frames = new Frames(layout, frames, world.threads, members, zoneLock);
    this.folioLock = new SleepingWordLock(this.record, 'folio');
    this.eviction = new Eviction(this.frames, this.folioLock);
    this.zap = new Zap(layout, this.frames, this.eviction, world.threads);
    let next = world.processes;
    this.#children = world.processOf.map((process) => (process >= 0 && forks(plan) ? next++ : -1));
    this.spaces = Array.from({ length: next }, (_, process) => this.#space(layout, process));
  }

  /** The address space the caller runs in. */
  spaceOf(task: Task): AddressSpace {
    return this.spaces[task.process] as AddressSpace;
  }

  /** The address space of a thread's child, empty while it has none. Only if the plan forks. */
  childOf(thread: number): AddressSpace {
    return this.spaces[this.#children[thread] as number] as AddressSpace;
  }

  /** Plain set-up of empty address spaces and free frames. */
  initialise(memory: Memory): void {
    this.frames.initialise(memory);
    for (const space of this.spaces) space.initialise(memory);
  }

  #space(layout: Layout, process: number): AddressSpace {
    const { strategy, world } = this;
    const child = process >= world.processes;
    const nested = child ? 1 : 0;
    const observeRange = (definition: RangeDefinition): ObservedRange =>
      new ObservedRange(layout, this.record, definition, world.threads, 'mmap_lock', nested);
    return new AddressSpace(layout, {
      process,
      threads: child ? 0 : threadsIn(world, process),
      allThreads: world.threads,
      shape: this.shape,
      retiredKept: world.retiredKept,
      pageTableLock: this.pageTableLock,
      index: indexOf(strategy.granularity),
      nodeBits: world.nodeBits,
      nodeLock:
        strategy.granularity === 'corten' ? lockNamed(this.locks, strategy.mmapLock) : undefined,
      locking: ({ index, slots, epochs }) =>
        addressSpaceLocking({
          layout,
          strategy,
          threads: world.threads,
          index,
          slots,
          epochs,
          pages: this.shape.pages,
          makeLock: () =>
            new Observed(
              layout,
              this.record,
              lockNamed(this.locks, strategy.mmapLock),
              world.threads,
              'mmap_lock',
              nested,
            ),
          makeRangeLock: () => observeRange(rangeLockNamed(this.locks, strategy.mmapLock)),
          observeRange,
        }),
    });
  }
}

/** Whether any role of a plan forks, so that children need address spaces. */
export const forks = (plan: Plan): boolean =>
  plan.roles.some((role) => role.ops.some((entry) => entry.op === 'fork'));
