import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { builtInLocks } from '../../locks/registry.js';
import { strategyNames } from '../../strategies/presets.js';
import { planOf, stress, strategyOf } from './stress.test-support.js';

/** Empty sections under both locks, a third of them exclusive: nothing but the lock takes time. */
const sections = `roles:
  - name: holder
    threads: 100%
    ops:
      - { op: section, lock: mmap_lock, write: 30%, hold: 0s }
      - { op: section, lock: rmap_lock, write: 30%, hold: 0s, label: reverse }`;

const memory = `space:
  regions:
    - { name: heap, kind: anon, vmas: 8, pages: 64 }
roles:
  - name: toucher
    threads: 100%
    ops:
      - { op: fault, region: heap, pages: 8, span: 64 }
      - { op: mmap, pages: 4 }
      - { op: fault, region: mapped, pages: 4, label: first }
      - { op: munmap }`;

const locks = strategyNames(builtInLocks).filter((name) => builtInLocks.has(name));

/**
 * The strategies that the model is run under. A lock's name is `whole` with that lock, which is one strategy however
 * many locks there are, so three stand for it: one that spins, one that sleeps, one with readers. What every lock
 * does on real threads is tested on sections; range locks and sequence counts have a test of their own beside this.
 */
const wholeWith = ['ttas', 'mutex', 'rwsem-handoff'];
const strategies = strategyNames(builtInLocks).filter(
  (name) => !builtInLocks.has(name) || wholeWith.includes(name),
);

describe('locks on real threads', { concurrency: false }, () => {
  for (const name of locks) {
    const strategy = { ...strategyOf(name), rmapLock: name };
    test(`${name}: 2 threads, a million sections, every update counted`, async () => {
      const plan = planOf(sections, 2);
      assert.deepEqual(
        await stress({ plan, strategy, operations: 1_000_000, cores: 2, limitMs: 120_000 }),
        [],
      );
    });

    test(`${name}: 4 threads on 2 cores, 20,000 sections`, async () => {
      const plan = planOf(sections, 4);
      assert.deepEqual(
        await stress({ plan, strategy, operations: 20_000, cores: 2, limitMs: 120_000 }),
        [],
      );
    });
  }
});

describe('strategies on real threads', { concurrency: false }, () => {
  for (const name of strategies) {
    test(`${name}: 2 threads fault, map and unmap a million times, and the model is whole`, async () => {
      const plan = planOf(memory, 2);
      const strategy = strategyOf(name);
      assert.deepEqual(
        await stress({ plan, strategy, operations: 1_000_000, cores: 2, limitMs: 180_000 }),
        [],
      );
    });

    test(`${name}: 4 threads on 2 cores do so 20,000 times`, async () => {
      const plan = planOf(memory, 4);
      const strategy = strategyOf(name);
      assert.deepEqual(
        await stress({ plan, strategy, operations: 20_000, cores: 2, limitMs: 120_000 }),
        [],
      );
    });
  }
});
