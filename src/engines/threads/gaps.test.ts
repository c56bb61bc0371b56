import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Events } from '../../machine/counters.js';
import { emptyHistogram } from '../../measure/sparse-histogram.js';
import type { Trial, TrialRow } from '../trial.js';
import { chooseGaps, gapFor } from './gaps.js';
import { noHarness, planOf } from './stress.test-support.js';

test('timing costs at most a twentieth of the operation', () => {
  assert.equal(gapFor(2000, 100), 1);
  assert.equal(gapFor(1999, 100), 2);
  assert.equal(gapFor(500, 100), 4);
  assert.equal(gapFor(20, 100), 128);
  assert.equal(gapFor(1, 1e6), 1024);
});

test('the fastest strategy decides for all; an open loop and what was never seen are always timed', () => {
  const plan = planOf(
    `roles:
  - { name: fast, threads: 1, ops: [{ op: section, lock: mmap_lock, hold: 0s }] }
  - { name: open, threads: 1, rate: 100/s, ops: [{ op: section, lock: mmap_lock, hold: 0s }] }
  - { name: unseen, threads: 1, ops: [{ op: section, lock: mmap_lock, hold: 0s }] }`,
    3,
  );
  const row = (role: string, ns: number): TrialRow => ({
    role,
    op: 'section',
    counts: [1],
    gap: 1,
    latency: { buckets: [ns], counts: [1], sum: ns },
    wait: emptyHistogram,
    hold: emptyHistogram,
    maxNs: ns,
    maxIsAge: false,
    waitMaxNs: 0,
    holdMaxNs: 0,
    firstNs: [],
    starvationNs: 0,
  });
  const pilot = (ns: number): Trial => ({
    strategy: 's',
    block: 0,
    position: 0,
    seconds: 1,
    unsteady: false,
    warmupSeconds: 0,
    slices: [],
    rows: [row('fast', ns), row('open', ns)],
    counters: {},
    events: new Events(),
    faults: [],
  });
  const harness = { ...noHarness, clockNs: 40, emptyOperationNs: 20, timedOperationNs: 120 };
  assert.deepEqual(chooseGaps(plan, [pilot(240), pilot(140)], harness), [[32], [1], [1]]);
});
