import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { parseCsvRecords } from '../results/csv.test-support.js';
import { loadResult } from '../results/load.js';
import type { PreparedWorkload } from './bench-record.js';
import { captureContext } from './context.test-support.js';
import { runMmlock, temporaryDirectory, tinyWorkload } from './e2e.test-support.js';
import { main } from './main.js';

const tiny = tinyWorkload('[mutex]').replace('threads: 2', 'threads: 100%');

const matrix = `${tiny}matrix: { threads: [1, 2], roles.worker.think: [0us, 5us] }
`;

const claim = `expect:
  - claim: two threads do not do ten times as much as one
    metric: throughput
    of: { strategy: mutex, threads: 2 }
    than: { strategy: mutex, threads: 1 }
    ratio: { max: 10 }
`;

async function dryRun(t: TestContext, text: string, ...words: string[]) {
  const directory = temporaryDirectory(t, { 'w.yaml': text });
  const commandLine = ['bench', 'w.yaml', '--dry-run', '--format', 'json', ...words];
  const { context, stdout, stderr } = captureContext({ commandLine, directory });
  const status = await main(context);
  const workloads =
    status === 0 ? (JSON.parse(stdout()) as { workloads: PreparedWorkload[] }).workloads : [];
  return { status, workloads, stderr: stderr() };
}

test('every cell is a workload of its own, with its threads and its name', async (t) => {
  const { workloads, stderr } = await dryRun(t, matrix);
  assert.equal(stderr, '');
  assert.deepEqual(
    workloads.map(({ name, plan }) => [name, plan.workload, plan.threads, plan.roles[0]?.thinkNs]),
    [
      ['tiny[threads=1,roles.worker.think=0us]', 'tiny', 1, 0],
      ['tiny[threads=1,roles.worker.think=5us]', 'tiny', 1, 5000],
      ['tiny[threads=2,roles.worker.think=0us]', 'tiny', 2, 0],
      ['tiny[threads=2,roles.worker.think=5us]', 'tiny', 2, 5000],
    ],
  );
});

test('threads of a matrix exclude --threads, and what they are too few for is told there', async (t) => {
  const both = await dryRun(t, matrix, '--threads', '4');
  assert.equal(both.status, 2);
  assert.match(both.stderr, /^--threads: error .*the matrix of w\.yaml says how many/m);
  const more = matrix.replace(
    'roles:',
    'roles:\n  - { name: one, threads: 1, ops: [{ op: section, lock: mmap_lock, hold: 1us }] }',
  );
  const few = await dryRun(t, more);
  assert.equal(few.status, 2);
  assert.match(few.stderr, /^w\.yaml:\d+:\d+ error .*threads 1 is too few/m);
});

test('a matrix is run, saved, shown and exported cell by cell, and a claim compares two', async (t) => {
  const text = `${tiny}matrix: { threads: [1, 2] }\n${claim}`;
  const directory = temporaryDirectory(t, { 'w.yaml': text });
  const { status, stdout, stderr } = await runMmlock(
    ['bench', 'w.yaml', '--out', 'r.json', '--csv', 'r.csv'],
    directory,
  );
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /tiny\[threads=1\] · 1 thread/);
  assert.match(stdout, /tiny\[threads=2\] · 2 threads/);
  assert.equal(stdout.split('two threads do not do ten times as much').length, 2, stdout);
  const loaded = loadResult(join(directory, 'r.json'));
  assert.ok(loaded.ok);
  const { workloads } = loaded.result;
  assert.deepEqual(
    workloads.map(({ cell, claims }) => [cell?.name, claims.length]),
    [
      ['threads=1', 0],
      ['threads=2', 1],
    ],
  );
  const rows = parseCsvRecords(readFileSync(join(directory, 'r.csv'), 'utf8'));
  assert.deepEqual(
    [...new Set(rows.map(({ workload, cell }) => `${workload ?? ''} ${cell ?? ''}`))],
    ['tiny tiny/threads=1/mutex', 'tiny tiny/threads=2/mutex'],
  );
});
