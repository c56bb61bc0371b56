import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSaved, runMmlock, temporaryDirectory, tinyWorkload } from './e2e.test-support.js';
import { readCommit, readVersion } from './version.js';

const designColumns =
  'workload,engine,strategy,trial,threads,role,op,count,seconds,ops_per_s,mean_ns,p50_ns,p90_ns,' +
  'p99_ns,p999_ns,max_ns,wait_mean_ns,wait_p99_ns,wait_max_ns,fairness,status,reason';

const sleeping = 'hold: 100us, sleep: true';

test('bench runs what can run, shows what cannot in JSON, CSV and table, and saves all', async (t) => {
  const directory = temporaryDirectory(t, {
    'w.yaml': tinyWorkload('[mutex, rwlock]', sleeping),
  });
  const words = ['bench', 'w.yaml', '--out', 'r.json', '--csv', 'r.csv', '--format', 'json'];
  const run = await runMmlock([...words, '--seed', '7', '--label', '3f2a91c'], directory);
  assert.equal(run.status, 0, run.stderr);
  const printed = JSON.parse(run.stdout) as {
    seed: number;
    label: string;
    analysis: {
      workloads: { strategies: { strategy: string; status: string; reason: string }[] }[];
    };
  };
  assert.equal(printed.seed, 7);
  assert.equal(printed.label, '3f2a91c');
  const refused = printed.analysis.workloads[0]?.strategies.find(
    ({ strategy }) => strategy === 'rwlock',
  );
  assert.equal(refused?.status, 'unsupported');
  assert.match(refused.reason, /mmap_lock rwlock.*role "worker".*section.*sleep/);
  assert.match(run.stderr, /block 6\/6/);
  assert.match(run.stderr, /saved .*r\.json/);

  const saved = readSaved(join(directory, 'r.json'));
  assert.equal(saved.complete, true);
  assert.equal(saved.exit, 0);
  assert.deepEqual(saved.mmlock, { version: readVersion(), commit: readCommit() });
  assert.equal(saved.workloads[0]?.trials.length, 6);

  const csv = readFileSync(join(directory, 'r.csv'), 'utf8');
  assert.ok(csv.startsWith(designColumns), csv.slice(0, 200));
  assert.match(csv, /^tiny,threads,rwlock,.*unsupported,/m);
  assert.match(csv, /^tiny,threads,mutex,1,2,worker,section,\d+,/m);

  const exported = await runMmlock(['export', 'r.json', '--csv', '-'], directory);
  assert.equal(exported.status, 0, exported.stderr);
  assert.equal(exported.stdout, csv);
  const summary = await runMmlock(['export', 'r.json', '--csv', 's.csv', '--summary'], directory);
  assert.equal(summary.status, 0, summary.stderr);
  assert.match(
    readFileSync(join(directory, 's.csv'), 'utf8'),
    /^workload,engine,strategy,threads,cell,role,op,metric,unit/,
  );

  const again = await runMmlock([...words.slice(0, 4)], directory);
  assert.equal(again.status, 2);
  assert.match(again.stderr, /r\.json exists.*--force/);
});

test('bench prints a table with the A/A arm, and names its own file in a directory', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex, rwlock]', sleeping) });
  const run = await runMmlock(['bench', 'w.yaml', '--aa', '--quiet'], directory);
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stderr, '');
  assert.match(run.stdout, /^ rwlock +unsupported$/m);
  assert.match(run.stdout, /unsupported: rwlock: mmap_lock rwlock: role "worker"/);
  assert.match(run.stdout, /^ \(A\/A\) mutex /m);
  assert.match(run.stdout, /smallest change resolvable here/);
  const [file] = readdirSync(join(directory, 'results'));
  assert.match(file ?? '', /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-\d+\.json$/);
  assert.ok(run.stdout.trimEnd().endsWith(join('results', file ?? '')));
});

test('standard output holds the result alone with --format csv and markdown', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex]') });
  const csv = await runMmlock(['bench', 'w.yaml', '--format', 'csv'], directory);
  assert.equal(csv.status, 0, csv.stderr);
  assert.ok(csv.stdout.startsWith('workload,engine,strategy,'));
  for (const line of csv.stdout.trimEnd().split('\n').slice(1))
    assert.match(line, /^tiny,threads,mutex,/);
  const markdown = await runMmlock(['bench', 'w.yaml', '--format', 'markdown'], directory);
  assert.equal(markdown.status, 0, markdown.stderr);
  assert.match(markdown.stdout, /^## tiny\n/);
  assert.match(markdown.stdout, /^\| mutex \| /m);
});

test('a reader that leaves early is no fault', async (t) => {
  const directory = temporaryDirectory(t);
  const { spawnSync } = await import('node:child_process');
  const bin = new URL('../../bin/mmlock.cjs', import.meta.url).pathname;
  const script = `"${process.execPath}" "${bin}" list --verbose | head -1; exit \${PIPESTATUS[0]}`;
  const { status, stderr } = spawnSync('bash', ['-c', script], {
    cwd: directory,
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});
