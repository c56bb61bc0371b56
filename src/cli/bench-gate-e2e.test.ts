import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { extensionOf } from './bench-gate.js';
import { runMmlock, temporaryDirectory, tinyWorkload } from './e2e.test-support.js';

interface Verdicts {
  readonly exit: number;
  readonly verdicts: {
    readonly cells: readonly { readonly strategy: string; readonly verdict: string }[];
    readonly refusals: readonly string[];
  };
  readonly workloads: readonly {
    readonly orders: readonly unknown[];
    readonly firstLook: number;
    readonly gate: { readonly margins: readonly { readonly margin: number }[] };
  }[];
}

/** A lock whose holder is kept inside for so much longer. */
const lockText = (extraNs: number): string => `export default {
  name: 'spin', kind: 'mutex', sleeps: true, fair: false, words: () => 16,
  create: (base) => ({
    *lock(cpu) {
      while ((yield cpu.swap(base, 1)) !== 0) yield cpu.awaitChange(base, 1);
      yield cpu.work(${extraNs});
    },
    *unlock(cpu) { yield cpu.store(base, 0); },
  }),
};
`;

test('two lock files of one name, before and after: what is slower never passes', async (t) => {
  // One gated cell: nine blocks decide it, and nine confirm it.
  const gate = 'gate: { throughput: { max_drop: 60% } }';
  const directory = temporaryDirectory(t, { 'w.yaml': `${tinyWorkload('[mutex]')}${gate}\n` });
  for (const [folder, extraNs] of [
    ['base', 0],
    ['head', 20_000],
  ] as const) {
    mkdirSync(join(directory, folder));
    writeFileSync(join(directory, folder, 'lock.mjs'), lockText(extraNs));
  }
  const words = ['bench', 'w.yaml', '--strategy', 'base/lock.mjs,head/lock.mjs', '--gate'];
  const flags = ['--baseline', 'base/lock.mjs', '--margin', 'throughput=50%', '--blocks', '9'];
  const run = await runMmlock(
    [...words, ...flags, '--duration', '100ms', '--format', 'json'],
    directory,
  );
  const printed = JSON.parse(run.stdout) as Verdicts;
  // On a machine that is too busy the A/A arm says so; it is never green.
  assert.ok(run.status === 1 || run.status === 3, `${run.status} ${run.stderr}`);
  assert.equal(printed.exit, run.status);
  assert.deepEqual(
    [...new Set(printed.verdicts.cells.map(({ strategy }) => strategy))],
    ['head/lock.mjs'],
  );
  const [workload] = printed.workloads;
  assert.equal(workload?.gate.margins[0]?.margin, 0.5);
  assert.equal(workload.firstLook, 9);
});

test('a gate that no cell can meet is status 5, and an ignore that ignores nothing status 2', async (t) => {
  const directory = temporaryDirectory(t, {
    'alone.yaml': tinyWorkload('[mutex]'),
    'ignore.yaml': `${tinyWorkload('[mutex, qrwlock]')}gate: { throughput: { max_drop: 5% }, ignore: [{ metric: p50 }] }\n`,
  });
  const alone = await runMmlock(['bench', 'alone.yaml', '--gate', '--blocks', '6'], directory);
  assert.equal(alone.status, 5, alone.stderr);
  assert.match(alone.stdout, /no cell has the gated metric throughput/);
  const ignored = await runMmlock(['bench', 'ignore.yaml', '--gate'], directory);
  assert.equal(ignored.status, 2);
  assert.match(ignored.stderr, /ignore\.yaml:9:\d+ error +ignores nothing/);
});

test('an extension adds ten blocks in whole squares, as far as there is room', () => {
  assert.equal(extensionOf(30, 3), 9);
  assert.equal(extensionOf(30, 5), 10);
  assert.equal(extensionOf(12, 3), 12);
  assert.equal(extensionOf(60, 4), 8);
  assert.equal(extensionOf(30, 11), 0);
});
