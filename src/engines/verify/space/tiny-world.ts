import { builtInLocks, isSimple, lockTable } from '../../../locks/registry.js';
import { Layout } from '../../../machine/layout.js';
import { ArrayMemory } from '../../../machine/memory.js';
import { Model } from '../../../mm/model.js';
import { sharedWorld } from '../../../mm/world.js';
import type { Strategy } from '../../../strategies/strategy.js';
import { plainOperation } from '../../../workload/plain-operation.js';
import type { OperationPlan, Plan, RegionPlan } from '../../../workload/plan.js';
import { StandInLock, standIn, type LockClass } from './stand-in-lock.js';
import { LockOrder } from './lock-order.js';

/** Indices of the regions. */
export const heap = 0;
export const file = 1;
export const text = 2;

/** Of its two pages the second is present. */
const heapRegion: RegionPlan = {
  name: 'heap',
  kind: 'anon',
  vmas: 1,
  pages: 2,
  resident: 0.5,
  ioNs: 0,
  writable: true,
  shared: false,
  executable: false,
  probes: 0,
};

/** Nothing of it is in the page cache. */
const fileRegion: RegionPlan = {
  ...heapRegion,
  name: 'file',
  kind: 'file',
  resident: 0,
  ioNs: 1000,
  shared: true,
};

const textRegion: RegionPlan = {
  ...fileRegion,
  name: 'text',
  resident: 1,
  writable: false,
  shared: false,
  executable: true,
};

const entry: OperationPlan = { ...plainOperation, op: 'fork', row: 0, weight: 0, pick: 'random' };

/** What the model is told of operations: that processes fork and pages are pinned. */
const operations: readonly OperationPlan[] = [
  entry,
  { ...entry, op: 'gup' },
  { ...entry, op: 'uprobe-register', region: text },
];

const planOf = (threads: number): Plan => ({
  workload: 'verify',
  seed: 1,
  threads,
  space: {
    processes: 1,
    regions: [heapRegion, fileRegion, textRegion],
    mappablePages: 4,
    frames: 16,
    memoryBytes: 2 ** 28,
    notifierShare: 0,
    notifierNs: 0,
  },
  roles: [
    {
      name: 'all',
      main: true,
      threads,
      ops: operations,
      weighted: false,
      rows: operations.map(({ op }) => op),
      thinkNs: 0,
      rate: 0,
      arrival: 'poisson',
    },
  ],
  actors: Array.from({ length: threads }, (_, index) => ({ role: 0, index, process: 0 })),
  run: { durationNs: 0, warmupNs: 0, blocks: 0 },
  userLocks: {},
});

/** The lock that the model has where no strategy replaces the kernel's. */
const fixedLock = 'rwsem-spin';

/** A lock of ranges is what its strategy is about, and is taken as it is. */
function isReplaced(label: string): boolean {
  // '': the strategy has no such lock.
  if (label === '') return false;
  const definition = builtInLocks.get(label);
  return definition === undefined || isSimple(definition);
}

export interface TinyWorld {
  readonly model: Model;
  readonly order: LockOrder;
  /** Shared memory before any thread runs. */
  readonly image: Int32Array;
}

/**
 * One process with a heap, a file and a text of two pages each, locked as the strategy says, by stand-ins. What is
 * retired is freed at the first opportunity. Nodes of slots are small, so that few steps lock everything.
 */
export function tinyWorld(
  strategy: Strategy,
  threads: number,
  lock: LockClass = StandInLock,
): TinyWorld {
  const order = new LockOrder(threads);
  const labels = [strategy.mmapLock, strategy.rmapLock, fixedLock].filter(isReplaced);
  const locks = lockTable(labels.map((label) => [label, standIn(label, order, lock)] as const));
  const plan = planOf(threads);
  const layout = new Layout();
  const model = new Model(layout, plan, strategy, locks, {
    ...sharedWorld(plan),
    retiredKept: 1,
    nodeBits: 2,
  });
  const image = new Int32Array(layout.words);
  model.initialise(new ArrayMemory(image));
  return { model, order, image };
}
