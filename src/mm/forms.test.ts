import { plainOperation } from '../workload/plain-operation.js';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInLocks, type LockTable } from '../locks/registry.js';
import type { Cpu } from '../machine/cpu.js';
import { directCpu } from '../machine/direct-cpu.test-support.js';
import type { Operation } from '../machine/interleaved-cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Direct, Steps } from '../machine/steps.js';
import type { Strategy } from '../strategies/strategy.js';
import type { OperationPlan, Plan, RegionPlan } from '../workload/plan.js';
import { Model } from './model.js';
import type { Operations } from './operations.js';
import { lockings } from './test-world.js';
import { sharedWorld } from './world.js';

const load = (path: string): Promise<unknown> =>
  import(new URL(`../direct/${path}`, import.meta.url).href);
const directLocks = (await load('locks/registry.js')) as { builtInLocks: LockTable };
const directModel = (await load('mm/model.js')) as { Model: typeof Model };

const region = (changes: Partial<RegionPlan>): RegionPlan => ({
  name: 'heap',
  kind: 'anon',
  vmas: 2,
  pages: 32,
  resident: 0.5,
  ioNs: 1000,
  writable: true,
  shared: false,
  executable: false,
  probes: 0,
  ...changes,
});

const forkEntry: OperationPlan = { ...plainOperation, op: 'fork', row: 0, weight: 1, region: 0 };

/** One thread, two processes, a heap, a mapped text file and a shared data file. */
const plan: Plan = {
  workload: 'forms',
  seed: 1,
  threads: 1,
  space: {
    processes: 2,
    regions: [
      region({}),
      region({ name: 'text', kind: 'file', executable: true, writable: false, probes: 1 }),
      region({ name: 'data', kind: 'file', shared: true }),
    ],
    mappablePages: 256,
    frames: 2048,
    memoryBytes: 1 << 26,
    notifierShare: 0.5,
    notifierNs: 100,
  },
  roles: [
    {
      name: 'caller',
      main: true,
      threads: 1,
      ops: [forkEntry],
      weighted: false,
      rows: ['fork'],
      thinkNs: 0,
      rate: 0,
      arrival: 'poisson',
    },
  ],
  actors: [{ role: 0, index: 0, process: 0 }],
  run: { durationNs: 1, warmupNs: 0, blocks: 6 },
  userLocks: {},
};

const strategyOf = (changes: Partial<Strategy>): Strategy => ({
  name: 'forms',
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
  holdLimit: 8,
  ...changes,
});

type StepsCall = (cpu: Cpu, ...values: number[]) => Steps<number>;

type Call = readonly [name: keyof Operations, ...values: number[]];

/** Every operation at least once; pages are counted from the start of a region, whose index comes first. */
const script = (start: (region: number) => number): readonly Call[] => [
  ['fault', start(0) + 1, 1],
  ['fault', start(0) + 2, 0],
  ['fault', start(0) + 2, 1],
  ['fault', start(1) + 3, 0],
  ['fault', start(2) + 3, 1],
  ['fault', 1 << 19, 1],
  ['mmap', 24, -1, 1],
  ['mmap', 16, 1, 0],
  ['brk', 8],
  ['mprotect', start(0) + 4, 8, 0],
  ['mprotect', start(0) + 6, 2, 1],
  ['madvise', start(0), 16],
  ['gup', start(0), 12, 1, 500, 0, 0],
  ['gup', start(0), 12, 0, 500, 1, 1],
  ['gup', start(0), 12, 1, 500, 0, 2],
  ['gupFast', start(0), 12, 1, 500],
  ['notifier', start(0), 16],
  ['fork', 2000],
  ['fault', start(0) + 1, 1],
  ['rmapWalk', start(0) + 1, 6],
  ['rmapWalk', start(2) + 3, 6],
  ['uprobeRegister', 1, 3, 40],
  ['execText', start(1) + 3, 40],
  ['execText', start(1) + 3, 44],
  ['uprobeUnregister', 1, 3, 40],
  ['fileWrite', 2, 5, start(0) + 20],
  ['truncate', 2, 2, 6],
  ['section', 0, 1, 300, 0],
  ['section', 1, 0, 300, 1],
  ['munmap', start(0) + 5, 40],
  ['brk', -8],
];

interface Run {
  readonly machine: Interleaver;
  readonly trace: string[];
  readonly values: number[];
  readonly faults: string[];
}

function prepare(
  strategy: Strategy,
  Kind: typeof Model,
  locks: LockTable,
): { run: Run; model: Model; note: (operation: Operation, value: number) => void } {
  const layout = new Layout();
  const model = new Kind(layout, plan, strategy, locks, sharedWorld(plan));
  const trace: string[] = [];
  const note = (operation: Operation, value: number): void => {
    trace.push(`${operation.name} ${operation.word} ${value}`);
  };
  const machine = new Interleaver({
    threads: 1,
    words: layout.words,
    contents: model.framesWord,
    onStep: (_cpu, operation, value) => {
      note(operation, value);
    },
  });
  model.initialise(machine.memory);
  return { run: { machine, trace, values: [], faults: [] }, model, note };
}

function runSteps(strategy: Strategy): Run {
  const { run, model } = prepare(strategy, Model, builtInLocks);
  const calls = script((index) => model.regionStart(index));
  run.machine.run([
    function* (cpu: Cpu): Steps {
      for (const [name, ...values] of calls) {
        const call: unknown = model.operations[name].bind(model.operations);
        run.values.push(yield (call as StepsCall)(cpu, ...values));
      }
    },
  ]);
  run.faults.push(...model.check(run.machine.memory));
  return run;
}

function runDirect(strategy: Strategy): Run {
  const { run, model, note } = prepare(strategy, directModel.Model, directLocks.builtInLocks);
  const cpu = directCpu(run.machine, note);
  for (const [name, ...values] of script((index) => model.regionStart(index))) {
    const call = model.operations[name].bind(model.operations) as unknown as (
      cpu: Direct<Cpu>,
      ...values: number[]
    ) => number;
    run.values.push(call(cpu, ...values));
  }
  run.faults.push(...model.check(run.machine.memory));
  return run;
}

describe('the direct form of the model', () => {
  const strategies: Strategy[] = [
    strategyOf({ name: 'drop, unlocked, inside' }),
    strategyOf({
      name: 'hold, locked, deferred',
      mmapLock: 'mutex',
      rmapLock: 'rwsem-fifo',
      faultIo: 'hold',
      unmap: 'hold',
      populate: 'inside',
      gup: 'locked',
      uprobes: 'deferred',
      holdLimit: 0,
    }),
    strategyOf({
      name: 'wait, fast, prefetched',
      mmapLock: 'rwsem-steal',
      faultIo: 'wait',
      gup: 'fast',
      uprobes: 'prefetched',
    }),
    ...lockings.map(([name, locking]) => strategyOf({ name, ...locking })),
  ];
  for (const strategy of strategies) {
    it(`does every operation in the same steps, with the same values (${strategy.name})`, () => {
      const expected = runSteps(strategy);
      const actual = runDirect(strategy);
      assert.deepEqual(expected.faults, []);
      assert.deepEqual(actual.values, expected.values);
      const at = actual.trace.findIndex((line, index) => line !== expected.trace[index]);
      assert.equal(at, -1, `step ${at}: ${actual.trace[at]} instead of ${expected.trace[at]}`);
      assert.equal(actual.trace.length, expected.trace.length);
      assert.ok(expected.trace.length > 1000, `only ${expected.trace.length} steps`);
      assert.deepEqual(actual.machine.memory.words, expected.machine.memory.words);
      assert.deepEqual(actual.machine.contents, expected.machine.contents);
      assert.deepEqual(actual.machine.cpus[0]?.task, expected.machine.cpus[0]?.task);
    });
  }

  it('names every operation there is', () => {
    const called = new Set(script(() => 0).map(([name]) => name));
    const all = Object.getOwnPropertyNames(
      Object.getPrototypeOf(prepare(strategyOf({}), Model, builtInLocks).model.operations),
    );
    assert.deepEqual(
      all.filter((name) => name !== 'constructor' && !called.has(name as keyof Operations)),
      [],
    );
  });
});
