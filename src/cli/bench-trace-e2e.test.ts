import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runMmlock, temporaryDirectory, tinyWorkload } from './e2e.test-support.js';

const files = { 'w.yaml': tinyWorkload('[mutex, rwsem-spin]') };
const quick = ['--engine', 'sim', '--machine', 'laptop-8', '--cpus', '4', '--duration', '200us'];
const words = ['bench', 'w.yaml', ...quick, '--warmup', '50us', '--blocks', '1', '--out', 'r.json'];

interface TraceFile {
  readonly otherData: { readonly workload: string; readonly strategy: string; readonly ns: number };
  readonly traceEvents: readonly {
    readonly cat?: string;
    readonly pid: number;
    readonly ts: number;
    readonly dur: number;
  }[];
}

interface SavedCounts {
  readonly workloads: readonly {
    readonly trials: readonly {
      readonly block: number;
      readonly strategy: string;
      readonly rows: readonly { readonly counts: readonly number[] }[];
    }[];
  }[];
}

const readTrace = (folder: string): TraceFile =>
  JSON.parse(readFileSync(join(folder, 't.json'), 'utf8')) as TraceFile;

test('bench --trace writes a trace of the reference strategy, and the result can be explained', async (t) => {
  const folder = temporaryDirectory(t, files);
  const run = await runMmlock([...words, '--trace', 't.json'], folder);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /^traced mutex, block 1: .*t\.json \(open it in https:/m);
  const { otherData, traceEvents } = readTrace(folder);
  assert.deepEqual([otherData.strategy, otherData.ns], ['mutex', 200_000]);
  // What was traced is what the result is of: as many operations began and ended in the window.
  const whole = traceEvents.filter(
    ({ cat, pid, ts, dur }) => cat === 'operation' && pid === 2 && ts > 0 && ts + dur < 200,
  );
  const { workloads } = JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')) as SavedCounts;
  const trial = workloads[0]?.trials.find(
    ({ block, strategy }) => block === 1 && strategy === 'mutex',
  );
  const counted = trial?.rows.flatMap(({ counts }) => counts) ?? [];
  assert.equal(
    whole.length,
    counted.reduce((sum, count) => sum + count, 0),
  );
  assert.ok(whole.length > 50);
  const explained = await runMmlock(['explain', 'r.json'], folder);
  assert.equal(explained.status, 0, explained.stderr);
  assert.match(explained.stdout, /^ mutex +.*█/m);
  assert.match(explained.stdout, /the parts add up to 2 threads × 200µs$/m);
});

test('another strategy, a part of the window, and nothing but the figures on standard output', async (t) => {
  const folder = temporaryDirectory(t, files);
  const traced = ['--trace', 't.json', '--trace-window', '20us', '--trace-strategy', 'rwsem-spin'];
  const run = await runMmlock([...words, ...traced, '--format', 'json'], folder);
  assert.equal(run.status, 0, run.stderr);
  JSON.parse(run.stdout);
  assert.match(run.stderr, /^traced rwsem-spin, block 1/m);
  assert.deepEqual(readTrace(folder).otherData.ns, 20_000);
});

test('one of several workloads', async (t) => {
  const other = files['w.yaml'].replace('name: tiny', 'name: other');
  const folder = temporaryDirectory(t, { ...files, 'v.yaml': other });
  const both = ['bench', 'v.yaml', ...words.slice(1), '--trace', 't.json'];
  const run = await runMmlock([...both, '--trace-workload', 'tiny', '--quiet'], folder);
  assert.equal(run.status, 0, run.stderr);
  assert.equal(readTrace(folder).otherData.workload, 'tiny');
  const wrong = await runMmlock([...both, '--trace-workload', 'tinny', '--force'], folder);
  assert.equal(wrong.status, 2);
  assert.match(
    wrong.stderr,
    /^--trace-workload: unknown workload "tinny" — did you mean "tiny"\?/m,
  );
});

const wrong: readonly (readonly [words: readonly string[], message: RegExp])[] = [
  [['bench', 'w.yaml', '--trace', 't.json'], /^--trace: only --engine sim can be traced/m],
  [[...words, '--trace-window', '1us'], /^--trace-window: say where the trace goes: --trace FILE/m],
  [
    [...words, '--trace', 't.json', '--trace-strategy', 'mutx'],
    /^--trace-strategy: unknown strategy "mutx" — did you mean "mutex"\?/m,
  ],
  [[...words, '--trace', 't.json', '--trace-window', '5'], /--trace-window.*has no unit/],
  [[...words, '--trace', 't.json', '--dry-run'], /^--trace: --dry-run has no figures to write/m],
  [[...words, '--trace', 'w.yaml'], /^--trace: cannot write to w\.yaml/m],
  [
    [...words.slice(0, 2), 'v.yaml', ...words.slice(2), '--trace', 't.json'],
    /^--trace: a trace shows one workload, and there are 2: name it with --trace-workload \(tiny, other\)/m,
  ],
];

for (const [wrongWords, message] of wrong) {
  test(`refused with status 2 before anything runs: ${message.source}`, async (t) => {
    const other = files['w.yaml'].replace('name: tiny', 'name: other');
    const folder = temporaryDirectory(t, { ...files, 'v.yaml': other });
    const run = await runMmlock(wrongWords, folder);
    assert.equal(run.status, 2, run.stderr);
    assert.match(run.stderr, message);
    assert.equal(run.stdout, '');
    assert.ok(!existsSync(join(folder, 'r.json')) && !existsSync(join(folder, 't.json')));
  });
}
