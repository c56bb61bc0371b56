import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runMmlock, temporaryDirectory, tinyWorkload } from './e2e.test-support.js';

const files = { 'w.yaml': tinyWorkload('[mutex, rwsem-spin]') };
const quick = ['--engine', 'sim', '--machine', 'laptop-8', '--cpus', '4', '--duration', '200us'];
const words = ['bench', 'w.yaml', ...quick, '--warmup', '50us', '--blocks', '1', '--out', 'r.json'];

interface TraceFile {
  readonly otherData: { readonly strategy: string; readonly ns: number };
  readonly traceEvents: readonly unknown[];
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
  assert.ok(traceEvents.length > 100);
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

const wrong: readonly (readonly [words: readonly string[], message: RegExp])[] = [
  [['bench', 'w.yaml', '--trace', 't.json'], /^--trace: only --engine sim can be traced/m],
  [[...words, '--trace-window', '1us'], /^--trace-window: say where the trace goes: --trace FILE/m],
  [
    [...words, '--trace', 't.json', '--trace-strategy', 'mutx'],
    /^--trace-strategy: unknown strategy "mutx" — did you mean "mutex"\?/m,
  ],
  [[...words, '--trace', 't.json', '--trace-window', '5'], /--trace-window.*has no unit/],
  [[...words, '--trace', 'w.yaml'], /^--trace: cannot write to w\.yaml/m],
  [
    [...words.slice(0, 2), 'v.yaml', ...words.slice(2), '--trace', 't.json'],
    /^--trace: a trace shows one workload, and there are 2: trace one at a time \(tiny, other\)/m,
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
