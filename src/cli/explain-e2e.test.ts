import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spentWorkload } from '../explain/explain.test-support.js';
import { testResult, testWorkload } from '../results/result.test-support.js';
import { resultText } from '../results/save.js';
import { runMmlock, temporaryDirectory } from './e2e.test-support.js';

const files = {
  'r.json': resultText(testResult({ workloads: [spentWorkload()] })),
  'threads.json': resultText(testResult({ workloads: [testWorkload({}, 1)] })),
};

test('mmlock explain shows a bar a strategy', async (t) => {
  const folder = temporaryDirectory(t, files);
  const run = await runMmlock(['explain', 'r.json'], folder);
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stderr, '');
  assert.match(run.stdout, /^ mutex +13\.3µs ±50% +█+▓+░mmap_lock░+·mmap_lock·+$/m);
  assert.match(run.stdout, /^ rwsem-spin +2\.50µs ±0\.0% +█+▓+▒mmap_lock▒+$/m);
});

test('mmlock explain of a role and a strategy, as CSV and nothing else', async (t) => {
  const folder = temporaryDirectory(t, files);
  const words = ['--role', 'mapper', '--strategy', 'mutex', '--format', 'csv'];
  const run = await runMmlock(['explain', 'r.json', ...words], folder);
  assert.equal(run.status, 0, run.stderr);
  const [head, ...rows] = run.stdout.trimEnd().split('\n');
  assert.match(head ?? '', /^workload,engine,strategy,/);
  assert.ok(rows.every((row) => /^fault-storm,\w+,mutex,4,,,mapper,1,round,20,2,/.test(row)));
  assert.equal(rows.length, 6);
});

const wrong: readonly (readonly [words: string, status: number, message: RegExp])[] = [
  ['threads.json', 5, /^threads\.json: fault-storm ran on the engine threads.*--engine sim\n$/],
  ['gone.json', 2, /^gone\.json: cannot be read/],
  ['r.json --strategy mutx', 2, /^--strategy: unknown strategy "mutx" — did you mean "mutex"\?\n$/],
  ['r.json --role faulters --workload x', 2, /unknown workload "x"[^]*unknown role "faulters"/],
  ['r.json --format xml', 2, /must be table, markdown, json or csv/],
  ['', 2, /missing required argument/],
];

for (const [words, status, message] of wrong) {
  test(`mmlock explain ${words}: status ${status}`, async (t) => {
    const folder = temporaryDirectory(t, files);
    const more = words === '' ? [] : words.split(' ');
    const run = await runMmlock(['explain', ...more], folder);
    assert.equal(run.status, status, run.stderr);
    assert.match(run.stderr, message);
    assert.equal(run.stdout, '');
  });
}
