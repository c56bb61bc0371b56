import { plainOperation } from '../workload/plain-operation.js';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInLocks } from '../locks/registry.js';
import {
  mappedRegion,
  noRegion,
  operationNames,
  type OperationPlan,
  type Plan,
  type RegionPlan,
} from '../workload/plan.js';
import type { StrategyFields } from './fields.js';
import { resolveStrategy } from './resolve.js';
import { sleepingPlaces } from './sleeping-places.js';
import type { Strategy } from './strategy.js';
import { unsupported } from './unsupported.js';

const region: RegionPlan = {
  name: 'heap',
  kind: 'anon',
  vmas: 1,
  pages: 512,
  resident: 0,
  ioNs: 80e3,
  writable: true,
  shared: false,
  executable: false,
  probes: 0,
};
/** 0: anonymous, 1: a file of which half is cached, 2: one that is wholly cached, 3: text, half cached, probed. */
const regions: readonly RegionPlan[] = [
  region,
  { ...region, name: 'file', kind: 'file', resident: 0.5 },
  { ...region, name: 'cached', kind: 'file', resident: 1 },
  {
    ...region,
    name: 'text',
    kind: 'file',
    resident: 0.5,
    writable: false,
    executable: true,
    probes: 4,
  },
];
const [heap, file, cached, text] = [0, 1, 2, 3];

const entry: OperationPlan = { ...plainOperation, op: 'fault', row: 0, weight: 0 };

function planOf(ops: readonly Partial<OperationPlan>[], notifierNs = 0): Plan {
  return {
    workload: 'test',
    seed: 1,
    threads: 1,
    space: {
      processes: 1,
      regions,
      mappablePages: 0,
      frames: 1024,
      memoryBytes: 1e8,
      notifierShare: notifierNs > 0 ? 0.1 : 0,
      notifierNs,
    },
    roles: [
      {
        name: 'worker',
        main: true,
        threads: 1,
        ops: ops.map((op) => ({ ...entry, ...op })),
        weighted: false,
        rows: [],
        thinkNs: 0,
        rate: 0,
        arrival: 'poisson',
      },
    ],
    actors: [{ role: 0, index: 0, process: 0 }],
    run: { durationNs: 1e9, warmupNs: 1e9, blocks: 1 },
    userLocks: {},
  };
}

function strategyOf(fields: Partial<StrategyFields>): Strategy {
  const resolved = resolveStrategy({ name: 's', mmap_lock: 'qrwlock', ...fields }, builtInLocks);
  assert.ok(resolved.ok);
  return resolved.strategy;
}

type Row = readonly [
  ops: readonly Partial<OperationPlan>[],
  fields: Partial<StrategyFields>,
  /** What follows `its holder would sleep for`, or '' if it can be. */
  cause: string,
];

const io: readonly Row[] = [
  [[{ op: 'fault', region: file }], { fault_io: 'hold' }, 'I/O (fault_io: hold)'],
  [[{ op: 'fault', region: file }], { fault_io: 'drop' }, ''],
  [[{ op: 'fault', region: file }], { fault_io: 'wait' }, ''],
  [[{ op: 'fault', region: cached }], { fault_io: 'hold' }, ''],
  [[{ op: 'fault', region: heap }], { fault_io: 'hold' }, ''],
  [
    [
      { op: 'fault', region: cached },
      { op: 'truncate', file: cached, region: noRegion },
    ],
    { fault_io: 'hold' },
    'I/O (fault_io: hold)',
  ],
  [
    [
      { op: 'fault', region: cached },
      { op: 'rmap-walk', region: cached },
    ],
    { fault_io: 'hold' },
    'I/O (fault_io: hold)',
  ],
  [
    [
      { op: 'fault', region: mappedRegion },
      { op: 'mmap', file },
    ],
    { fault_io: 'hold' },
    'I/O (fault_io: hold)',
  ],
  [[{ op: 'exec-text', region: text }], { fault_io: 'hold' }, 'I/O (fault_io: hold)'],
  [
    [{ op: 'file-write', file: cached, region: file }],
    { fault_io: 'hold' },
    'I/O (fault_io: hold)',
  ],
  [[{ op: 'file-write', file, region: heap }], { fault_io: 'hold' }, ''],
  [[{ op: 'gup', region: file }], { gup: 'locked' }, 'I/O (gup: locked)'],
  [[{ op: 'gup', region: file }], { gup: 'unlocked' }, ''],
  [[{ op: 'gup', region: file }], { gup: 'fast', fault_io: 'hold' }, 'I/O (fault_io: hold)'],
  [[{ op: 'gup', region: file, caller: 'fast' }], { gup: 'locked' }, ''],
  [[{ op: 'gup', region: file, caller: 'locked' }], { gup: 'fast' }, 'I/O (gup: locked)'],
  [[{ op: 'gup', region: file, held: true }], {}, 'I/O (gup: the caller holds mmap_lock already)'],
  [[{ op: 'gup', region: heap, held: true }], { gup: 'locked' }, ''],
  [[{ op: 'gup-fast', region: file }], { gup: 'locked' }, ''],
  [[{ op: 'mmap', file, populate: true }], { populate: 'inside' }, 'I/O (populate: inside)'],
  [[{ op: 'mmap', file, populate: true }], { populate: 'after' }, ''],
  [[{ op: 'mmap', file, populate: true }], { fault_io: 'hold' }, 'I/O (fault_io: hold)'],
  [[{ op: 'mmap', populate: true }], { populate: 'inside' }, ''],
  [[{ op: 'mmap', file: text }], { uprobes: 'inside' }, 'I/O (uprobes: inside)'],
  [[{ op: 'mmap', file: text }], { uprobes: 'deferred' }, ''],
  [[{ op: 'mmap', file: text }], { uprobes: 'prefetched' }, ''],
  [
    [
      { op: 'mmap', file: text },
      { op: 'uprobe-register', region: text },
    ],
    { uprobes: 'prefetched' },
    'I/O (uprobes: prefetched, and its pages change)',
  ],
  [[{ op: 'mmap', file: cached }], { uprobes: 'inside' }, ''],
  [[{ op: 'uprobe-register', region: text }], {}, ''],
];

describe('unsupported', () => {
  it('refuses a spinning mmap_lock where its holder would do I/O, and only there', () => {
    for (const [ops, fields, cause] of io) {
      const plan = planOf(ops);
      const expected =
        cause === ''
          ? ''
          : `mmap_lock qrwlock: role "worker", op ${ops[0]?.op ?? ''}: its holder would sleep for ${cause}`;
      const what = JSON.stringify([ops, fields]);
      assert.equal(unsupported(plan, strategyOf(fields), builtInLocks), expected, what);
      const sleeping = strategyOf({ ...fields, mmap_lock: 'rwsem-fifo' });
      assert.equal(unsupported(plan, sleeping, builtInLocks), '', what);
    }
  });

  it('refuses spinning locks under which a notifier would sleep', () => {
    for (const [op, lock] of [
      [{ op: 'munmap' }, 'mmap_lock'],
      [{ op: 'mprotect' }, 'mmap_lock'],
      [{ op: 'madvise' }, 'mmap_lock'],
      [{ op: 'fork' }, 'mmap_lock'],
      [{ op: 'notifier' }, 'mmap_lock'],
      [{ op: 'brk', pages: -4 }, 'mmap_lock'],
      [{ op: 'brk', pages: 4 }, ''],
      [{ op: 'fault', region: heap, write: true }, 'mmap_lock'],
      [{ op: 'fault', region: heap }, ''],
      [{ op: 'uprobe-register', region: text }, 'mmap_lock'],
      [{ op: 'mmap' }, ''],
      [{ op: 'mmap', file: text }, 'mmap_lock'],
      [{ op: 'rmap-walk', region: heap }, 'rmap_lock'],
      [{ op: 'truncate', file }, 'rmap_lock'],
    ] as const) {
      for (const tried of ['mmap_lock', 'rmap_lock'] as const) {
        const strategy = strategyOf({ mmap_lock: 'mutex', uprobes: 'deferred', [tried]: 'rwlock' });
        const reason = unsupported(planOf([op], 50e3), strategy, builtInLocks);
        const expected =
          tried === lock
            ? `${lock} rwlock: role "worker", op ${op.op}: its holder would sleep for a notifier callback`
            : '';
        assert.equal(reason, expected);
        assert.equal(unsupported(planOf([op]), strategy, builtInLocks), '');
      }
    }
  });

  it('refuses a spinning lock of page-table pages as well; slots have locks that let their holders sleep', () => {
    const plan = planOf([{ op: 'munmap' }], 50e3);
    const corten = { granularity: 'corten', mmap_lock: 'mcs' };
    assert.match(
      unsupported(plan, strategyOf(corten), builtInLocks),
      /^mmap_lock mcs: .* would sleep for a notifier callback$/,
    );
    const radix = resolveStrategy('radix', builtInLocks);
    assert.ok(radix.ok);
    assert.equal(unsupported(plan, radix.strategy, builtInLocks), '');
  });

  it('refuses a section that sleeps on a spinning lock', () => {
    for (const lock of ['mmap_lock', 'rmap_lock'] as const) {
      const strategy = strategyOf({ mmap_lock: 'mutex', [lock]: 'rwlock' });
      for (const [named, sleeps, refused] of [
        [lock, true, true],
        [lock, false, false],
        [lock === 'mmap_lock' ? 'rmap_lock' : 'mmap_lock', true, false],
      ] as const) {
        const plan = planOf([{ op: 'section', lock: named, sleeps }]);
        const reason = unsupported(plan, strategy, builtInLocks);
        const text = `${lock} rwlock: role "worker", op section: its holder would sleep for the section (sleep: true)`;
        assert.equal(reason, refused ? text : '');
      }
    }
  });

  it('has looked at every operation', () => {
    const seen = new Set(sleepingPlaces.flatMap(({ ops }) => ops));
    assert.deepEqual(
      operationNames.filter((op) => !seen.has(op)),
      [],
    );
  });
});
