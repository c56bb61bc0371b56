import { plainOperation } from './plain-operation.js';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import { RecordingReader } from '../measure/read-rows.js';
import { Recorder } from '../measure/recorder.js';
import { RecorderLayout } from '../measure/recorder-layout.js';
import { Actor } from './actor.js';
import { opcode } from './actor-entry.js';
import { FakeOperations } from './fake-operations.test-support.js';
import {
  type OperationPlan,
  operationNames,
  type Plan,
  probeOffset,
  type RegionPlan,
  type RolePlan,
} from './plan.js';
import { phase, RunLayout } from './run-layout.js';

const heap: RegionPlan = {
  name: 'heap',
  kind: 'anon',
  vmas: 2,
  pages: 8,
  resident: 0,
  ioNs: 0,
  writable: true,
  shared: false,
  executable: false,
  probes: 0,
};
const text: RegionPlan = { ...heap, name: 'text', kind: 'file', executable: true };

const operation = (op: OperationPlan['op'], more: Partial<OperationPlan> = {}): OperationPlan => ({
  ...plainOperation,
  op,
  row: 0,
  weight: 1,
  region: 0,
  write: true,
  writeShare: 1,
  ...more,
});

interface Setting {
  readonly role: Partial<RolePlan> & Pick<RolePlan, 'ops'>;
  readonly threads?: number;
  /** Virtual times at which the window opens and closes. */
  readonly openNs?: number;
  readonly closeNs?: number;
  readonly operationNs?: number;
}

/** Plays a role on virtual CPUs; one more CPU steers the phases. */
function play(setting: Setting) {
  const { threads = 1, openNs = 0, closeNs = 10_000, operationNs = 100 } = setting;
  const rows = setting.role.rows ?? [...new Set(setting.role.ops.map((entry) => entry.op))];
  const role: RolePlan = {
    name: 'role',
    main: true,
    threads,
    weighted: false,
    thinkNs: 0,
    rate: 0,
    arrival: 'constant',
    ...setting.role,
    rows,
  };
  const plan: Plan = {
    workload: 'test',
    seed: 1,
    threads,
    space: {
      processes: 1,
      regions: [heap, text],
      mappablePages: 0,
      frames: 0,
      memoryBytes: 0,
      notifierShare: 0,
      notifierNs: 0,
    },
    roles: [role],
    actors: Array.from({ length: threads }, (_, index) => ({ role: 0, index, process: 0 })),
    run: { durationNs: 0, warmupNs: 0, blocks: 1 },
    userLocks: {},
  };
  const layout = new Layout();
  const run = new RunLayout(layout, threads);
  const recorderLayout = new RecorderLayout(
    layout,
    plan.actors.map(() => rows.length),
  );
  const machine = new Interleaver({
    threads: threads + 1,
    words: layout.words,
    schedule: 'round-robin',
    stepNs: 1,
  });
  const doubles = new Float64Array(machine.memory.words.buffer, 0, layout.words >> 1);
  const operations = plan.actors.map(() => new FakeOperations(operationNs));
  const actors = operations.map(
    (fake, thread) =>
      new Actor({
        plan,
        thread,
        operations: fake,
        regionStarts: [1000, 2000],
        recorder: new Recorder(
          machine.memory.words,
          recorderLayout,
          thread,
          rows.map(() => 1),
          thread,
        ),
        run,
      }),
  );
  const conductor = new Conductor(run, doubles, openNs, closeNs);
  machine.memory.set(run.phase, phase.warmUp);
  machine.run([
    ...actors.map((actor) => (cpu: Cpu) => actor.run(cpu)),
    (cpu) => conductor.conduct(cpu),
  ]);
  return {
    calls: operations.map((fake) => fake.calls),
    reader: new RecordingReader(machine.memory.words, recorderLayout),
    memory: machine.memory as Memory,
    run,
  };
}

/** Rehearses the opening of the window, opens and closes it, at given times. */
class Conductor {
  readonly #run: RunLayout;
  readonly #times: Float64Array;
  readonly #openNs: number;
  readonly #closeNs: number;

  constructor(run: RunLayout, times: Float64Array, openNs: number, closeNs: number) {
    this.#run = run;
    this.#times = times;
    this.#openNs = openNs;
    this.#closeNs = closeNs;
  }

  *conduct(cpu: Cpu): Steps {
    yield cpu.sleep(this.#openNs / 2);
    yield cpu.store(this.#run.phase, phase.rehearsal);
    yield cpu.sleep(this.#openNs - this.#openNs / 2);
    this.#times[this.#run.openNs / 2] = yield cpu.now();
    yield cpu.store(this.#run.phase, phase.window);
    yield cpu.sleep(this.#closeNs - this.#openNs);
    this.#times[this.#run.closeNs / 2] = yield cpu.now();
    yield cpu.store(this.#run.phase, phase.closed);
  }
}

describe('Actor', () => {
  test('opcodes are those of the operation names', () => {
    assert.deepEqual(
      operationNames.map((name) => opcode[name]),
      operationNames.map((_, index) => index),
    );
  });

  test('does its operations in order, each round, and counts what the window saw whole', () => {
    const { calls, reader, run, memory } = play({
      role: {
        ops: [
          operation('mmap', { row: 0, pages: 4, region: -2 }),
          operation('fault', { row: 1, region: -1, pages: 3 }),
          operation('munmap', { row: 2, region: -1 }),
        ],
      },
      openNs: 1000,
    });
    const [made = []] = calls;
    assert.deepEqual(made.slice(0, 6), [
      ['mmap', 4, -1, 0],
      ['fault', 5000, 1],
      ['fault', 5001, 1],
      ['fault', 5002, 1],
      ['munmap', 5000, 4],
      ['mmap', 4, -1, 0],
    ]);
    const counted = [0, 1, 2].map((row) => reader.row([0], row).counts[0] ?? 0);
    const total = counted.reduce((sum, count) => sum + count, 0);
    assert.ok(total > 70 && total < 90, `${total} operations of 100 ns in 9000 ns`);
    const before = made.length - total;
    assert.ok(before >= 9 && before <= 12, `${before} outside the window`);
    const mapped = made.filter(([name]) => name === 'mmap').length;
    assert.equal(made.filter(([name]) => name === 'munmap').length, mapped, 'nothing stays mapped');
    const { latency } = reader.row([0], 1);
    assert.ok(latency.sum / (counted[1] ?? 1) >= 100);
    // What was given back after the close does not count as progress.
    assert.ok(memory.get(run.progress(0)) >= total);
  });

  test('leaves nothing mapped, registered or grown when the close comes in the middle of a round', () => {
    for (let closeNs = 500; closeNs < 1500; closeNs += 100) {
      const { calls } = play({
        role: {
          ops: [
            operation('mmap', { row: 0, pages: 2, region: -2 }),
            operation('uprobe-register', { row: 1, region: 1 }),
            operation('brk', { row: 2, pages: 3, region: -2 }),
            operation('brk', { row: 2, pages: -3, region: -2 }),
            operation('uprobe-unregister', { row: 3, region: 1 }),
            operation('munmap', { row: 4, region: -1 }),
          ],
          rows: ['mmap', 'uprobe-register', 'brk', 'uprobe-unregister', 'munmap'],
        },
        closeNs,
      });
      const [made = []] = calls;
      const times = (name: string) => made.filter((call) => call[0] === name);
      assert.equal(times('mmap').length, times('munmap').length);
      assert.deepEqual(
        times('uprobe-register').map((call) => call.slice(1)),
        times('uprobe-unregister').map((call) => call.slice(1)),
      );
      assert.equal(
        times('brk').reduce((sum, call) => sum + Number(call[1]), 0),
        0,
      );
    }
  });

  test('walks its own span in order and drops it, timed, after each pass', () => {
    const { calls, reader } = play({
      role: {
        ops: [operation('fault', { row: 0, span: 4 })],
        rows: ['fault', 'refill'],
      },
      threads: 2,
    });
    const pass = (first: number) => [
      ...[0, 1, 2, 3].map((page) => ['fault', first + page, 1]),
      ['madvise', first, 4],
    ];
    assert.deepEqual(calls[0]?.slice(0, 10), [...pass(1000), ...pass(1000)]);
    assert.deepEqual(calls[1]?.slice(0, 5), pass(1004));
    const faults = reader.row([0, 1], 0).counts;
    const refills = reader.row([0, 1], 1).counts;
    for (const [thread, count] of faults.entries()) {
      assert.ok(Math.abs(count / 4 - (refills[thread] ?? 0)) <= 1, `${count} faults a thread`);
    }
  });

  test('random picks stay inside the span, and the whole region is shared where that is asked', () => {
    const { calls } = play({
      role: {
        ops: [operation('gup', { pick: 'random', pages: 3, span: 4, holdNs: 7, caller: 'fast' })],
      },
      closeNs: 50_000,
    });
    const starts = new Set((calls[0] ?? []).map((call) => call[1]));
    assert.deepEqual([...starts].sort(), [1000, 1001]);
    assert.deepEqual(calls[0]?.[0]?.slice(2), [3, 1, 7, 0, 2]);
    const shared = play({
      role: { ops: [operation('exec-text', { pick: 'random', region: 1 })] },
      closeNs: 100_000,
    });
    const pages = new Set((shared.calls[0] ?? []).map((call) => call[1]));
    assert.equal(pages.size, 16);
    assert.equal(shared.calls[0]?.[0]?.[2], probeOffset);
  });

  test('picks by weight', () => {
    const { calls } = play({
      role: {
        weighted: true,
        ops: [
          operation('section', { row: 0, weight: 3, lock: 'rmap_lock', writeShare: 0, holdNs: 5 }),
          operation('fork', { row: 1, weight: 1 }),
        ],
      },
      closeNs: 200_000,
    });
    const [made = []] = calls;
    const share = made.filter(([name]) => name === 'section').length / made.length;
    assert.ok(share > 0.7 && share < 0.8, `${share} of weight 3 of 4`);
    assert.deepEqual(
      made.find(([name]) => name === 'section'),
      ['section', 1, 0, 5, 0],
    );
  });

  test('thinks after each round', () => {
    const { calls } = play({
      role: { ops: [operation('notifier')], thinkNs: 900 },
      closeNs: 10_000,
    });
    const made = calls[0]?.length ?? 0;
    assert.ok(made >= 9 && made <= 11, `${made} rounds of 1000 ns in 10000`);
  });

  test('an open loop keeps its rate, and counts the delay from the intended start', () => {
    const { calls, reader } = play({
      // 2 threads, a round every 2000 ns between them, each operation 100 ns.
      role: { ops: [operation('rmap-walk')], rate: 500_000 },
      threads: 2,
      closeNs: 100_000,
    });
    for (const made of calls) {
      assert.ok(Math.abs(made.length - 25) <= 1, `${made.length} rounds in 100 us at 4 us each`);
    }
    assert.ok(reader.row([0, 1], 0).maxNs < 200, 'in time, there is no delay');

    const late = play({
      role: {
        ops: [operation('rmap-walk'), operation('truncate', { row: 1, file: 1 })],
        rate: 1e6,
      },
      operationNs: 5000,
      closeNs: 100_000,
    });
    // A round takes 10 us and is due every 1 us: each is later than the one before.
    const first = late.reader.row([0], 0);
    assert.ok(first.maxNs > 60_000, `${first.maxNs} ns`);
    assert.ok(
      late.reader.row([0], 1).maxNs < 5100,
      'only the first operation of a round is delayed',
    );
  });

  test('Poisson arrivals keep the mean rate', () => {
    const { calls } = play({
      role: { ops: [operation('mprotect')], rate: 1e6, arrival: 'poisson' },
      closeNs: 400_000,
    });
    const made = calls[0]?.length ?? 0;
    assert.ok(made > 330 && made < 470, `${made} rounds where 400 are the mean`);
  });

  test('a thread that finishes nothing in the window shows how long it starved', () => {
    const { reader } = play({
      role: { ops: [operation('file-write', { file: 1 })] },
      openNs: 1000,
      closeNs: 5000,
      operationNs: 20_000,
    });
    const row = reader.row([0], 0);
    assert.deepEqual(row.counts, [0]);
    assert.equal(row.maxIsAge, true);
    assert.ok(row.maxNs >= 4900, `${row.maxNs} ns`);
    assert.ok(Math.abs(reader.starvationNs([0]) - 4000) < 20);
  });

  test('what it has never mapped it leaves out, and still ends', () => {
    const { calls } = play({
      role: { ops: [operation('munmap', { region: -1 })], thinkNs: 10 },
    });
    assert.deepEqual(calls, [[]]);
  });
});
