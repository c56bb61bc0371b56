import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { parseCsvRecords } from '../results/csv.test-support.js';
import { captureContext } from './context.test-support.js';
import { readSaved, runMmlock, temporaryDirectory } from './e2e.test-support.js';
import { main } from './main.js';

const workload = `name: tiny
roles:
  - name: worker
    threads: 100%
    think: 1us
    ops:
      - { op: section, lock: mmap_lock, write: 100%, hold: 500ns }
run: { blocks: 8, sim: { duration: 40us, warmup: 10us } }
baseline: mutex
strategies: [mutex, qrwlock]
`;
const mapper = `  - name: mapper
    threads: 1
    ops:
      - { op: section, lock: mmap_lock, hold: 1us }
run:`;

const file = 'tiny-server-2s-64-sweep-1.json';

async function run(directory: string, words: readonly string[], signal?: AbortSignal) {
  const commandLine = [...words];
  const captured = captureContext({
    ...{ commandLine, directory, env: { COLUMNS: '120' } },
    ...(signal === undefined ? {} : { signal }),
  });
  const status = await main(captured.context);
  return { status, stdout: captured.stdout(), stderr: captured.stderr() };
}

const sweep = (directory: string, ...words: string[]) =>
  run(directory, ['sweep', 'w.yaml', '--out', 'r/', ...words]);

const directoryWith = (t: TestContext, text = workload): string =>
  temporaryDirectory(t, { 'w.yaml': text });

test('a sweep prints curves, a plot, the law and the peaks, and saves a cell for each number of CPUs', async (t) => {
  const directory = directoryWith(t);
  const words = ['sweep', 'w.yaml', '--cpus', '1,2,4…8', '--out', 'r/'];
  const { status, stdout, stderr } = await runMmlock(words, directory);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^tiny · server-2s-64 · 1 to 8 CPUs, a thread each · 8 blocks × 40\.0µs$/m);
  assert.match(stdout, /^ +CPUs +mutex +qrwlock$/m);
  assert.match(stdout, /^ +8 +\S+ ±\S+ +\S+× +\S+ ±\S+ +\S+×$/m);
  assert.match(stdout, /┴.*┴.*┴.*┴/);
  assert.match(stdout, /^ o mutex {3}x qrwlock/m);
  assert.match(stdout, /^ strategy +peak measured +peak by the law +λ +σ +κ +off by$/m);
  assert.match(stdout, /^saved .*r\/tiny-server-2s-64-sweep-1\.json$/m);
  const saved = readSaved(join(directory, 'r', file));
  assert.equal(saved.complete, true);
  assert.deepEqual(
    saved.workloads.map(({ trials }) => trials.length),
    [16, 16, 16, 16],
  );
});

test('a sweep that is interrupted goes on where it was, and ends in the same bytes', async (t) => {
  const directory = directoryWith(t);
  const stop = new AbortController();
  const captured = captureContext({
    commandLine: ['sweep', 'w.yaml', '--cpus', '1,2,4', '--out', 'r/'],
    ...{ directory, signal: stop.signal },
  });
  const written: string[] = [];
  const stderr = {
    write: (text: string) => {
      written.push(text);
      if (text.includes('cpus=1] · block')) stop.abort('SIGINT');
    },
  };
  const status = await main({ ...captured.context, stderr });
  assert.equal(status, 130);
  const path = join(directory, 'r', file);
  const left = readSaved(path);
  assert.equal(left.complete, false);
  assert.equal(left.interrupted?.cause, 'SIGINT');
  const kept = left.workloads.flatMap(({ trials }) => trials).length;
  assert.ok(kept >= 16 && kept < 48, String(kept));
  assert.match(written.join(''), new RegExp(`${kept} of 48 trials were finished and are kept`));

  const again = await sweep(directory, '--cpus', '1,2,4');
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stderr, new RegExp(`goes on with ${kept} of 48 trials`));
  const resumed = readFileSync(path, 'utf8');
  await run(directory, ['sweep', 'w.yaml', '--cpus', '1,2,4', '--out', 'whole.json']);
  assert.equal(resumed, readFileSync(join(directory, 'whole.json'), 'utf8'));

  const nothing = await sweep(directory, '--cpus', '1,2,4');
  assert.match(nothing.stderr, /48 of 48 trials/);
  assert.equal(nothing.stdout, again.stdout);
  assert.equal(readFileSync(path, 'utf8'), resumed);
});

test('another sweep does not go on with it: beside it in a folder, refused where the file is named', async (t) => {
  const directory = directoryWith(t);
  await sweep(directory, '--cpus', '1', '--quiet');
  const other = await sweep(directory, '--cpus', '2');
  assert.equal(other.status, 0);
  assert.ok(existsSync(join(directory, 'r', file.replace('.json', '-2.json'))));
  const named = ['sweep', 'w.yaml', '--cpus', '1', '--out', `r/${file}`];
  const same = await run(directory, named);
  assert.match(same.stderr, /16 of 16 trials/);
  writeFileSync(join(directory, 'w.yaml'), workload.replace('500ns', '600ns'));
  const changed = await run(directory, named);
  assert.equal(changed.status, 2);
  assert.match(changed.stderr, /--out: r\/.*is of another sweep: tiny\[cpus=1\]: workload file/);
  const forced = await run(directory, [...named, '--force']);
  assert.equal(forced.status, 0, forced.stderr);
  assert.doesNotMatch(forced.stderr, /goes on/);
});

test('a matrix makes a curve for each of its values', async (t) => {
  const directory = directoryWith(t, `${workload}matrix: { roles.worker.think: [0us, 5us] }\n`);
  const { status, stdout, stderr } = await sweep(
    directory,
    '--cpus',
    '1,2',
    '--strategy',
    'qrwlock',
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^tiny\[roles\.worker\.think=0us\] · server-2s-64 · 1 to 2 CPUs/m);
  assert.match(stdout, /^tiny\[roles\.worker\.think=5us\] · /m);
  assert.doesNotMatch(stdout, /mutex/);
  assert.match(
    stdout,
    /^ *qrwlock: the law has three coefficients, so it takes 4 numbers of CPUs/m,
  );
});

test('JSON, CSV and markdown hold the curves and nothing else', async (t) => {
  const directory = directoryWith(t);
  const words = ['--cpus', '1,2,4,8', '--quiet'];
  const json = await sweep(directory, ...words, '--format', 'json', '--csv', 'r.csv');
  const { scaling, workloads } = JSON.parse(json.stdout) as {
    scaling: { groups: { cpus: number[]; curves: { strategy: string; points: unknown[] }[] }[] };
    workloads: { cell: { name: string } }[];
  };
  assert.deepEqual(scaling.groups[0]?.cpus, [1, 2, 4, 8]);
  assert.deepEqual(
    scaling.groups[0].curves.map(({ strategy, points }) => [strategy, points.length]),
    [
      ['mutex', 4],
      ['qrwlock', 4],
    ],
  );
  assert.equal(workloads[3]?.cell.name, 'cpus=8');
  const csv = await sweep(directory, ...words, '--format', 'csv');
  const rows = parseCsvRecords(csv.stdout);
  assert.equal(rows.length, 64);
  assert.deepEqual([...new Set(rows.map(({ cpus }) => cpus))], ['1', '2', '4', '8']);
  assert.equal(csv.stdout, readFileSync(join(directory, 'r.csv'), 'utf8'));
  const markdown = await sweep(directory, ...words, '--format', 'markdown');
  assert.match(markdown.stdout, /^## tiny\n/);
  assert.match(markdown.stdout, /^\| CPUs \| mutex \| qrwlock \|$/m);
  assert.match(markdown.stdout, /^```text\n/m);
  for (const { stderr } of [json, csv, markdown]) assert.equal(stderr, '');
});

test('a narrow terminal gets a narrow plot', async (t) => {
  const directory = directoryWith(t);
  const commandLine = ['sweep', 'w.yaml', '--cpus', '1,2', '--out', 'r/', '--quiet'];
  const narrow = captureContext({ commandLine, directory, env: { COLUMNS: '60' } });
  assert.equal(await main(narrow.context), 0);
  for (const line of narrow.stdout().split('\n')) {
    assert.ok(line.length <= 60 || line.startsWith('saved '), line);
  }
});

const wrong: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  [
    'too many CPUs',
    workload,
    ['--cpus', '1,64,65,128'],
    /^--cpus: error {2}server-2s-64 has 64 CPUs, not 65: .*\n--cpus: error {2}.*not 128: .*\n2 errors\./m,
  ],
  ['a machine that is not there', workload, ['--cpus', '1', '--machine', 'x'], /--machine: error/],
  [
    'too few threads for the roles',
    workload.replace('run:', mapper),
    ['--cpus', '1,2,4'],
    /^w\.yaml: error {2}--cpus 1 is too few: worker \(at least 1\), mapper \(1\) need at least 2 \(in cell cpus=1\)$/m,
  ],
  [
    'nothing that scales',
    workload.replace('100%', '2'),
    ['--cpus', '1,2'],
    /^w\.yaml: error {2}--cpus 1 has nothing to scale: .* \(in cell cpus=1\)$/m,
  ],
  [
    'CPUs that the matrix says',
    `${workload}matrix: { run.sim.cpus: [1, 2] }\n`,
    ['--cpus', '1'],
    /^--cpus: .*take run\.sim\.cpus out of the matrix/m,
  ],
  [
    'threads that the matrix says',
    `${workload}matrix: { threads: [1, 2] }\n`,
    ['--cpus', '1'],
    /^--cpus: .*the matrix of w\.yaml/m,
  ],
  [
    'a fault of the file',
    workload.replace('hold:', 'hodl:'),
    ['--cpus', '1,2'],
    /^w\.yaml:7:.*hodl/m,
  ],
  [
    'an unknown strategy',
    workload,
    ['--cpus', '1,2', '--strategy', 'mutx'],
    /^--strategy: .*mutx/m,
  ],
  ['a list that does not rise', workload, ['--cpus', '2,1'], /--cpus.*must rise/],
  ['no list', workload, [], /--cpus/],
  [
    'figures of a shard',
    workload,
    ['--cpus', '1', '--shard', '1/2', '--csv', 'x.csv'],
    /^--csv: shard 1\/2/m,
  ],
];
for (const [what, text, words, message] of wrong) {
  test(`exit status 2: ${what}`, async (t) => {
    const directory = directoryWith(t, text);
    const { status, stdout, stderr } = await runMmlock(
      ['sweep', 'w.yaml', '--out', 'r/', ...words],
      directory,
    );
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stdout, '');
    assert.equal(existsSync(join(directory, 'r')), false);
    const once = stderr.split('\n').filter((line) => / error |^--/.test(line));
    assert.equal(new Set(once).size, once.length, stderr);
  });
}
