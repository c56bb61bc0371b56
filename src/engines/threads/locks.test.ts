import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { builtInLocks } from '../../locks/registry.js';
import { kernels } from '../../strategies/history.js';
import { presets, strategyNames } from '../../strategies/presets.js';
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

/** Whatever changes an address space, or looks at one that changes. */
const everything = `space:
  processes: 2
  regions:
    - { name: heap, kind: anon, vmas: 4, pages: 64 }
    - { name: text, kind: file, vmas: 2, pages: 32, resident: 100%, executable: true, probes: 2 }
    - { name: data, kind: file, vmas: 2, pages: 32, resident: 100%, shared: true, writable: true }
roles:
  - name: all
    threads: 100%
    ops:
      - { op: fault, region: heap, pages: 4, pick: random, span: shared, weight: 8 }
      - { op: fault, region: data, pages: 4, pick: random, span: shared, weight: 4, label: data }
      - { op: mprotect, region: heap, pages: 64, pick: random, span: shared, access: read, weight: 1, label: protect }
      - { op: mprotect, region: heap, pages: 64, pick: random, span: shared, access: write, weight: 2, label: unprotect }
      - { op: mprotect, region: data, pages: 8, pick: random, span: shared, access: read, weight: 1, label: data-protect }
      - { op: mprotect, region: data, pages: 8, pick: random, span: shared, access: write, weight: 1, label: data-unprotect }
      - { op: madvise, region: heap, pages: 16, pick: random, span: shared, weight: 2 }
      - { op: gup, region: heap, pages: 4, pick: random, span: shared, weight: 2 }
      - { op: gup-fast, region: heap, pages: 4, pick: random, span: shared, weight: 2 }
      - { op: fork, weight: 1 }
      - { op: rmap-walk, region: heap, pages: 4, pick: random, span: shared, weight: 1 }
      - { op: truncate, file: data, pages: 4, pick: random, span: shared, weight: 1 }
      - { op: exec-text, region: text, pages: 2, pick: random, span: shared, weight: 2 }
  - name: mapper
    threads: 1
    ops:
      - { op: brk, pages: 4, label: grow }
      - { op: mmap, file: text, pages: 8, label: map-text }
      - { op: exec-text, region: mapped, pages: 2, label: run }
      - { op: munmap, label: unmap-text }
      - { op: mmap, pages: 8, populate: true }
      - { op: fault, region: mapped, pages: 8, label: touch }
      - { op: munmap }
      - { op: brk, pages: -4, label: shrink }`;

const locks = strategyNames(builtInLocks).filter(
  (name) => builtInLocks.has(name) && !presets.some((preset) => preset.name === name),
);

/**
 * The strategies that the model is run under. A lock's name is `whole` with that lock, which is one strategy however
 * many locks there are, so three stand for it: one that spins, one that sleeps, one with readers. What every lock
 * does on real threads is tested on sections; range locks and sequence counts have a test of their own beside this.
 */
const wholeWith = ['ttas', 'mutex', 'rwsem-handoff'];
const ownLocking = presets.filter((preset) => !kernels.includes(preset)).map(({ name }) => name);
const strategies = [...wholeWith, ...ownLocking];

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

    test(`${name}: 4 threads on 2 cores do everything there is 20,000 times`, async () => {
      const plan = planOf(everything, 4);
      const strategy = strategyOf(name);
      assert.deepEqual(
        await stress({ plan, strategy, operations: 20_000, cores: 2, limitMs: 120_000 }),
        [],
      );
    });
  }
});
