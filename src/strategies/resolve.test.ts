import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LockDefinition, RangeDefinition } from '../locks/definition.js';
import { builtInLocks, isSimple, lockNamed, lockTable } from '../locks/registry.js';
import { describeLocks, describeStrategies } from './describe.js';
import { lockPaths, type StrategyEntry } from './fields.js';
import { lockLabels } from './lock-labels.js';
import { presets } from './presets.js';
import { resolveStrategies } from './resolve-all.js';
import { resolveStrategy } from './resolve.js';

const mine: LockDefinition = { ...lockNamed(builtInLocks, 'mutex-nospin'), name: 'mine' };
const ranged: RangeDefinition = {
  name: 'ranged',
  kind: 'range',
  sleeps: true,
  fair: false,
  words: () => 16,
  create: () => {
    throw new Error('not created');
  },
};
const locks = lockTable([
  ['mine', mine],
  ['ranged', ranged],
]);
const labels = new Map([['./mine.mjs', 'mine']]);

const strategyOf = (entry: StrategyEntry) => {
  const resolved = resolveStrategy(entry, locks, labels);
  assert.ok(resolved.ok, JSON.stringify(resolved));
  return resolved.strategy;
};
const messageOf = (entry: StrategyEntry): string => {
  const resolved = resolveStrategy(entry, locks, labels);
  assert.ok(!resolved.ok);
  return resolved.problems.map(({ kind, key, message }) => `${kind} ${key}: ${message}`).join('\n');
};

const defaults = {
  granularity: 'whole',
  rmapLock: 'rwsem-spin',
  range: 'full',
  faultIo: 'drop',
  populate: 'after',
  gup: 'unlocked',
  uprobes: 'inside',
  holdLimit: 0,
};

describe('resolveStrategy', () => {
  it('takes the name of a lock as that lock over the whole address space', () => {
    for (const [name, unmap] of [
      ['mutex', 'hold'],
      ['mutex-nospin', 'hold'],
      ['rwsem-fifo', 'downgrade'],
      ['rwsem-steal', 'downgrade'],
      ['rwsem-spin', 'downgrade'],
      ['rwlock', 'hold'],
      ['qrwlock', 'hold'],
    ] as const) {
      const { about, ...rest } = strategyOf(name);
      assert.deepEqual(rest, { name, mmapLock: name, unmap, ...defaults });
      assert.notEqual(about, '');
    }
  });

  it('takes the path of a lock file as the lock in it, under its label', () => {
    const { name, mmapLock } = strategyOf('./mine.mjs');
    assert.deepEqual([name, mmapLock], ['mine', 'mine']);
    const fields = { name: 'x', mmap_lock: 'mutex', rmap_lock: './mine.mjs' };
    assert.equal(strategyOf(fields).rmapLock, 'mine');
  });

  it('has private as a preset, whose lock can be chosen', () => {
    const { granularity, mmapLock } = strategyOf('private');
    assert.deepEqual([granularity, mmapLock], ['private', 'rwsem-spin']);
    const own = strategyOf({ name: 'own', granularity: 'private', mmap_lock: 'mutex' });
    assert.deepEqual([own.mmapLock, own.unmap], ['mutex', 'hold']);
    assert.equal(strategyOf({ name: 'own', granularity: 'private' }).mmapLock, 'rwsem-spin');
  });

  it('keeps every field that is given', () => {
    assert.deepEqual(
      strategyOf({
        name: 'all',
        about: 'a line',
        granularity: 'range',
        mmap_lock: 'ranged',
        rmap_lock: 'qrwlock',
        range: 'refined',
        fault_io: 'wait',
        unmap: 'hold',
        populate: 'inside',
        gup: 'fast',
        uprobes: 'prefetched',
        hold_limit: 512,
      }),
      {
        name: 'all',
        about: 'a line',
        granularity: 'range',
        mmapLock: 'ranged',
        rmapLock: 'qrwlock',
        range: 'refined',
        faultIo: 'wait',
        unmap: 'hold',
        populate: 'inside',
        gup: 'fast',
        uprobes: 'prefetched',
        holdLimit: 512,
      },
    );
  });

  it('says what is wrong and what to write instead', () => {
    for (const [entry, expected] of [
      ['mutx', /^unknown : unknown strategy "mutx": did you mean "mutex"\?$/],
      [
        'zebra',
        /^unknown : unknown strategy "zebra": one of tas, .*qrwlock, .*mine, linux-3.2, .*private$/,
      ],
      ['./gone.mjs', /^unknown : no lock was loaded from "\.\/gone\.mjs"/],
      ['seqcount', /^contradiction mmap_lock: .*"seqcount" keeps nobody out/],
      ['ranged', /^contradiction mmap_lock: .*"ranged" locks ranges/],
      [{ name: 'x', mmap_lock: 'rwsem-spn' }, /^unknown mmap_lock: .*did you mean "rwsem-spin"/],
      [{ name: 'x', mmap_lock: 'private' }, /^unknown mmap_lock: unknown lock "private"/],
      [
        { name: 'x', mmap_lock: 'mutex', rmap_lock: 'qrwlok' },
        /^unknown rmap_lock: .*did you mean "qrwlock"/,
      ],
      [{ name: 'x' }, /^missing mmap_lock: missing key "mmap_lock" of strategy "x"/],
      [
        { name: 'x', mmap_lock: 'mutex', granularity: 'unlockd' },
        /^unknown granularity: unknown granularity "unlockd": did you mean "unlocked"\?$/,
      ],
      [
        { name: 'x', mmap_lock: 'mutex', granularity: 'radix' },
        /^contradiction mmap_lock: mmap_lock: mutex, but what granularity radix locks is a bit in each slot: leave mmap_lock out$/,
      ],
      [
        { name: 'x', mmap_lock: 'rwsem-spin', granularity: 'corten', unmap: 'downgrade' },
        /^contradiction unmap: unmap: downgrade, but granularity corten has no readers that could be let in/,
      ],
      [
        { name: 'x', mmap_lock: 'mutex', granularity: 'range' },
        /^contradiction mmap_lock: mmap_lock: "mutex" locks a whole structure, and granularity range needs a lock of kind range$/,
      ],
      [
        { name: 'x', mmap_lock: 'ranged', rmap_lock: 'ranged', granularity: 'range' },
        /^contradiction rmap_lock: rmap_lock: "ranged" locks ranges, and a reverse map needs a lock of kind mutex or rw$/,
      ],
      [
        { name: 'x', mmap_lock: 'mutex', range: 'refined' },
        /^contradiction range: range: refined, but granularity whole has no lock of ranges/,
      ],
      [
        { name: 'x', mmap_lock: 'mutex', granularity: 'hole' },
        /^unknown granularity: .*did you mean "whole"/,
      ],
      [
        { name: 'x', mmap_lock: 'qrwlock', unmap: 'downgrade' },
        /^contradiction unmap: unmap: downgrade, but qrwlock cannot be downgraded/,
      ],
    ] as const) {
      assert.match(messageOf(entry), expected);
    }
  });

  it('takes a range lock as a strategy by its name, and as its own mmap_lock', () => {
    const { granularity, mmapLock, range, unmap } = strategyOf('range-list');
    assert.deepEqual(
      [granularity, mmapLock, range, unmap],
      ['range', 'range-list', 'refined', 'hold'],
    );
    assert.equal(strategyOf('range-tree').range, 'full');
    const own = strategyOf({ name: 'own', granularity: 'range', mmap_lock: 'ranged' });
    assert.deepEqual([own.mmapLock, own.range], ['ranged', 'full']);
  });

  it('takes no mmap_lock for radix, whose slots are its locks, and any lock for the nodes of corten', () => {
    const { mmapLock, unmap } = strategyOf('radix');
    assert.deepEqual([mmapLock, unmap], ['', 'hold']);
    assert.deepEqual(strategyOf({ name: 'own', granularity: 'radix' }).mmapLock, '');
    const corten = { name: 'own', granularity: 'corten', mmap_lock: 'rwsem-spin' };
    assert.deepEqual(
      [strategyOf(corten).mmapLock, strategyOf(corten).unmap],
      ['rwsem-spin', 'hold'],
    );
  });

  it('tells everything that is wrong with one entry at once', () => {
    const entry = { name: 'x', granularity: 'zebra', mmap_lock: 'a1b2', rmap_lock: 'c3d4' };
    assert.equal(messageOf(entry).split('\n').length, 3);
  });
});

describe('resolveStrategies', () => {
  it('refuses a name twice, and the name of a built-in for something else', () => {
    const { strategies, problems } = resolveStrategies(
      ['mutex', 'rwlock', 'mutex', { name: 'private', mmap_lock: 'mutex' }, 'mutx'],
      locks,
    );
    assert.deepEqual(
      strategies.map(({ name }) => name),
      ['mutex', 'rwlock'],
    );
    assert.deepEqual(
      problems.map(({ entry, kind, word }) => [entry, kind, word]),
      [
        [2, 'contradiction', 'mutex'],
        [3, 'contradiction', 'private'],
        [4, 'unknown', 'mutx'],
      ],
    );
  });
});

describe('lock files', () => {
  it('are found in entries', () => {
    assert.deepEqual(lockPaths('mutex'), []);
    assert.deepEqual(lockPaths('./mine.mjs'), ['./mine.mjs']);
    assert.deepEqual(lockPaths({ name: 'x', mmap_lock: 'a.js', rmap_lock: 'mutex' }), ['a.js']);
  });

  it('are labelled by name, or by the shortest end of their path that tells them apart', () => {
    const files = [
      { path: '/w/base/lock.mjs', name: 'my-ticket' },
      { path: '/w/head/lock.mjs', name: 'my-ticket' },
      { path: '/w/other.mjs', name: 'other' },
      { path: '/w/mutex.mjs', name: 'mutex' },
      { path: '/w/x/a.mjs', name: 'twin' },
      { path: '/w/y/b.mjs', name: 'twin' },
    ];
    assert.deepEqual(
      [...lockLabels(files, builtInLocks.keys())],
      [
        ['/w/base/lock.mjs', 'base/lock.mjs'],
        ['/w/head/lock.mjs', 'head/lock.mjs'],
        ['/w/other.mjs', 'other'],
        ['/w/mutex.mjs', 'mutex.mjs'],
        ['/w/x/a.mjs', 'a.mjs'],
        ['/w/y/b.mjs', 'b.mjs'],
      ],
    );
  });

  it('that are the same file have one label', () => {
    const file = { path: '/w/a.mjs', name: 'a' };
    assert.deepEqual([...lockLabels([file, file], [])], [['/w/a.mjs', 'a']]);
  });
});

describe('descriptions', () => {
  it('expand every strategy and every lock', () => {
    const strategies = describeStrategies(builtInLocks);
    assert.deepEqual(
      strategies.map(({ name }) => name),
      [
        ...[...builtInLocks.values()].filter(isSimple).map(({ name }) => name),
        ...presets.map(({ name }) => name),
      ],
    );
    for (const strategy of strategies) assert.ok(!Object.values(strategy).includes(''));
    assert.equal(strategies.at(-1)?.hold_limit, 'none');
    const downgrading = describeLocks(builtInLocks).filter(({ downgrade }) => downgrade);
    assert.deepEqual(
      downgrading.map(({ name }) => name),
      [
        'rwsem-fifo',
        'rwsem-steal',
        'rwsem-spin',
        'rwsem-head-handoff',
        'rwsem-head-handoff-all',
        'rwsem-head-handoff-always',
        'rwsem-reader-spin',
        'rwsem-handoff',
        'rwsem-handoff-never',
        'rwsem-handoff-always',
        'rwsem-handoff-run',
        'bravo',
        'bravo-rwsem-spin',
      ],
    );
  });
});
