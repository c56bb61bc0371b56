import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitKinds, timeKinds } from '../engines/sim/time-account.js';
import { lockClasses } from '../machine/lock-class.js';
import { headlineRole } from '../results/metrics.js';
import type { WorkloadResult } from '../results/result.js';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { explainRole, type Explained } from './explain.js';
import { faulterTime, spentTrial, spentWorkload, windowNs } from './explain.test-support.js';
import type { TimeOfOperation, WorkloadExplanation } from './explanation.js';
import { byRank, partKey, partsOf } from './parts.js';

function explained(
  workload: WorkloadResult,
  roleName = 'faulter',
  strategies?: readonly string[],
): Explained {
  const role = workload.plan.roles.find(({ name }) => name === roleName);
  assert.ok(role);
  return explainRole({ engine: 'threads' }, workload, role, strategies);
}

function explanationOf(...args: Parameters<typeof explained>): WorkloadExplanation {
  const found = explained(...args);
  assert.ok(found.ok, JSON.stringify(found));
  return found.explanation;
}

function timeOf({ strategies }: WorkloadExplanation, name: string): TimeOfOperation {
  const time = strategies.find(({ strategy }) => strategy === name)?.time;
  assert.ok(time, `no time of ${name}`);
  return time;
}

const partOf = ({ parts }: TimeOfOperation, key: string) =>
  parts.find((part) => partKey(part) === key);

test('ns an operation is the time of the threads by what they finished, in all blocks', () => {
  const time = timeOf(explanationOf(spentWorkload()), 'mutex');
  assert.equal(time.operations, 3 * 1500);
  assert.equal(time.wholeNs, 2 * 3 * windowNs);
  assert.deepEqual(time.perOperation, { ns: 6e7 / 4500, least: 3e7 / 3000, most: 3e7 / 1500 });
  assert.deepEqual(partOf(time, 'mmap_lock asleep'), {
    ...{ kind: 'asleep', lockClass: 'mmap_lock', ns: 42e6, share: 0.7 },
    perOperation: { ns: 42e6 / 4500, least: 20e6 / 3000, most: 22e6 / 1500 },
  });
  assert.equal(partOf(time, 'mmap_lock spinning'), undefined);
});

test('the parts add up to the whole, and per operation too', () => {
  for (const { time } of explanationOf(spentWorkload()).strategies) {
    if (time === null) continue;
    const sum = (of: (part: TimeOfOperation['parts'][number]) => number): number =>
      time.parts.reduce((total, part) => total + of(part), 0);
    assert.equal(
      sum(({ ns }) => ns),
      time.wholeNs,
    );
    assert.ok(Math.abs(sum(({ share }) => share) - 1) < 1e-12);
    const perOperation = time.perOperation?.ns ?? 0;
    assert.ok(Math.abs(sum((part) => part.perOperation?.ns ?? 0) - perOperation) < 1e-6);
  }
});

test('a part that only one block has counts as 0 in the others', () => {
  const time = timeOf(explanationOf(spentWorkload()), 'rwsem-spin');
  const zone = partOf(time, 'zone spinning')?.perOperation;
  assert.deepEqual(zone, { ns: 15_000 / 24_000, least: 0, most: 15_000 / 12_000 });
});

test('another role, by its own operations and time', () => {
  const explanation = explanationOf(spentWorkload(), 'mapper');
  assert.equal(explanation.operation, 'round');
  assert.deepEqual(explanation.otherRoles, ['faulter']);
  const time = timeOf(explanation, 'mutex');
  assert.equal(time.operations, 20);
  assert.equal(partOf(time, 'none waking')?.ns, 2e6);
});

test('only the strategies that are asked for', () => {
  const { strategies } = explanationOf(spentWorkload(), 'faulter', ['mutex', 'rwlock']);
  assert.deepEqual(
    strategies.map(({ strategy, time, reason }) => [strategy, time === null, reason]),
    [
      ['mutex', false, null],
      ['rwlock', true, 'its holder may not sleep'],
    ],
  );
});

test('a block in which a strategy did not finish counts for none', () => {
  const workload = spentWorkload();
  const trials = workload.trials.slice(0, 3);
  const explanation = explanationOf({ ...workload, trials });
  assert.equal(explanation.blocks, 1);
  assert.equal(timeOf(explanation, 'rwsem-spin').operations, 12_000);
});

test('without an operation there are shares, and no ns of one', () => {
  const workload = spentWorkload();
  const idle = (block: number) => spentTrial('mutex', block, 0, faulterTime(0, 30e6, 0));
  const trials = [
    idle(1),
    idle(2),
    ...workload.trials.filter((trial) => trial.strategy !== 'mutex'),
  ];
  const time = timeOf(explanationOf({ ...workload, trials }), 'mutex');
  assert.equal(time.perOperation, null);
  assert.equal(partOf(time, 'mmap_lock asleep')?.share, 1);
  const some = [idle(1), ...workload.trials.slice(1)];
  const halfIdle = timeOf(explanationOf({ ...workload, trials: some }), 'mutex');
  assert.deepEqual(halfIdle.perOperation, { ns: 6e7 / 1500, least: 2e4, most: 2e4 });
});

test('the share of the CPUs that idled needs the machine', () => {
  const workload = spentWorkload();
  assert.equal(timeOf(explanationOf(workload), 'mutex').idleShare, null);
  const machine = { profile: builtInMachine('laptop-8').profile, cpus: 8 };
  const explanation = explanationOf({ ...workload, plan: { ...workload.plan, machine } });
  assert.deepEqual(explanation.machine, { name: 'laptop-8', cpus: 8 });
  assert.ok(Math.abs((timeOf(explanation, 'mutex').idleShare ?? 0) - 0.1 / 8) < 1e-12);
});

test('what cannot be explained', () => {
  const workload = spentWorkload();
  const [first, ...others] = workload.trials;
  assert.ok(first);
  const { spent, ...measured } = first;
  assert.ok(spent);
  const wrong: readonly (readonly [WorkloadResult['trials'], string, RegExp])[] = [
    [
      [measured, ...others],
      'missing',
      /the engine threads.*bench workloads\/fault-storm\.yaml --engine sim/,
    ],
    [[], 'missing', /no block in which every strategy finished/],
    [
      [
        {
          ...first,
          spent: [faulterTime(0, 20e6, 4e6 + 100)].map((each) => ({ ...each, ns: { work: 1 } })),
        },
        ...others,
      ],
      'damaged',
      /time of faulter under mutex in block 1 adds up to 24000101 ns, not to 3 threads × window = 30000000 ns/,
    ],
    [[{ ...first, spent: [] }, ...others], 'damaged', /adds up to 0 ns/],
  ];
  for (const [trials, kind, message] of wrong) {
    const found = explained({ ...workload, trials });
    assert.ok(!found.ok);
    assert.equal(found.kind, kind);
    assert.match(found.message, message);
  }
});

test('every kind of time and every wait has a place of its own in the order', () => {
  const names = [
    ...timeKinds.map((kind) => ({ kind, lockClass: null })),
    ...[...lockClasses, 'none' as const].flatMap((lockClass) =>
      waitKinds.map((kind) => ({ kind, lockClass })),
    ),
  ];
  for (const one of names) {
    for (const other of names) assert.equal(byRank(one, other) === 0, one === other);
    assert.ok(byRank(one, { kind: 'unheard-of', lockClass: null }) < 0);
  }
});

test('no part is lost, and a kind that is not known is kept', () => {
  const parts = partsOf({
    role: 'x',
    ns: { unheardOf: 5, work: 7, io: 0 },
    waits: [{ lockClass: 'vma', spinning: 1, asleep: 0, waking: 2 }],
  });
  assert.deepEqual(
    parts.map(({ ns, ...name }) => [partKey(name), ns]),
    [
      [' work', 7],
      ['vma spinning', 1],
      ['vma waking', 2],
      [' unheardOf', 5],
    ],
  );
});

test('the headline role of the fixture is the one that faults', () => {
  assert.equal(headlineRole(spentWorkload().plan.roles)?.name, 'faulter');
});
