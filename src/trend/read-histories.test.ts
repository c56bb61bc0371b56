import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryDirectory } from '../cli/e2e.test-support.js';
import { listResultFiles, newestResultFiles } from '../results/result-files.js';
import { steady, writeHistory } from './history.test-support.js';
import { readHistories } from './read-histories.js';

const metrics = ['throughput', 'p99'];

const read = (files: readonly string[], names = metrics) =>
  readHistories(
    files.map((path) => ({ path, shown: path.replace(/.*\//, '') })),
    names,
  );

describe('readHistories', () => {
  it('orders runs by their start, whatever the files are called', (t) => {
    const files = writeHistory(temporaryDirectory(t), steady(12, 0.8));
    const { histories, leftOut } = read([...files].sort());
    assert.deepEqual(leftOut, []);
    assert.equal(histories.length, 1);
    assert.deepEqual(
      histories[0]?.runs.map(({ file }) => file),
      Array.from({ length: 12 }, (_, index) => `run-${index}.json`),
    );
  });

  it('keeps the figures that an analysis of the file gives', (t) => {
    const [file = ''] = writeHistory(temporaryDirectory(t), [{ speed: 0.5, label: 'v1' }]);
    const { histories } = read([file]);
    const [run] = histories[0]?.runs ?? [];
    assert.equal(run?.label, 'v1');
    assert.equal(run.blocks, 6);
    const of = (strategy: string, metric: string) =>
      run.observations.find((one) => one.strategy === strategy && one.metric === metric);
    const mutex = of('mutex', 'throughput');
    assert.ok(Math.abs((mutex?.ratio ?? 0) - 0.5) < 0.02);
    assert.ok(Math.abs((mutex?.value ?? 0) - 300_000) < 10_000);
    assert.equal(of('rwsem-spin', 'throughput')?.ratio, null);
    // 800 samples: 8 lie above the p99, too few for a figure.
    assert.equal(of('mutex', 'p99')?.value, null);
    assert.equal(of('mutex', 'p99')?.ratio, null);
    const median = read([file], ['p50']).histories[0]?.runs[0]?.observations[0];
    assert.ok((median?.value ?? 0) >= 499 && (median?.value ?? 0) <= 502);
    assert.equal(median?.ratio, 1);
    assert.deepEqual(histories[0]?.metrics, [
      { name: 'throughput', op: null, unit: 'fault/s', better: 'higher' },
      { name: 'p99', op: 'fault', unit: 'ns', better: 'lower' },
    ]);
  });

  it('keeps apart what is not comparable, the newest last', (t) => {
    const folder = temporaryDirectory(t);
    const files = writeHistory(folder, [
      { speed: 1, environment: { kernel: '6.8.1' } },
      { speed: 1, environment: { kernel: '6.1.0' } },
      { speed: 1, environment: { kernel: '6.8.2' } },
      { speed: 1, environment: { kernel: '6.8.2' }, reference: 'mutex' },
    ]);
    const { histories } = read(files);
    assert.deepEqual(
      histories.map(({ fingerprint, reference, runs }) => [
        fingerprint.kernel,
        reference,
        runs.length,
      ]),
      [
        ['6.1', 'rwsem-spin', 1],
        ['6.8', 'rwsem-spin', 2],
        ['6.8', 'mutex', 1],
      ],
    );
  });

  it('leaves out with a reason, and reads on', (t) => {
    const folder = temporaryDirectory(t, { 'other.json': '{}', 'cut.json': '{"format": "mm' });
    const files = writeHistory(folder, [
      { speed: 1 },
      { speed: 1, blocks: 4 },
      { speed: 1, faults: ['a frame was lost'] },
      { speed: 1, environment: { governor: null, unreadable: ['governor'] } },
      { speed: 1 },
    ]);
    const damaged = files[4] ?? '';
    const text = readFileSync(damaged, 'utf8');
    // The first latency of the file: it stays a text, and no longer holds a histogram.
    writeFileSync(damaged, text.replace(/"latency":"[^"]{8}/, '"latency":"AAAAAAAA'));
    const copy = join(folder, 'copy.json');
    writeFileSync(copy, readFileSync(files[0] ?? ''));
    const { histories, leftOut } = read(
      [...files, copy, join(folder, 'other.json'), join(folder, 'cut.json'), join(folder, 'gone')],
      ['p50'],
    );
    assert.equal(histories.length, 1);
    assert.deepEqual(
      histories[0]?.runs.map(({ file }) => file),
      ['run-0.json'],
    );
    const expected = [
      ['run-1.json', 'incomplete', /has 4 of 6 blocks/],
      ['run-2.json', 'incorrect', /mutex broke an invariant/],
      ['run-3.json', 'no-fingerprint', /could not read governor/],
      ['run-4.json', 'unreadable', /is damaged: /],
      ['copy.json', 'copy', /is the run of run-0\.json/],
      ['other.json', 'unreadable', /not a result of mmlock/],
      ['cut.json', 'unreadable', /is truncated/],
      ['gone', 'unreadable', /it does not exist/],
    ] as const;
    assert.equal(leftOut.length, expected.length);
    for (const [index, [file, kind, reason]] of expected.entries()) {
      const one = leftOut[index];
      assert.equal(one?.file, file);
      assert.equal(one.kind, kind, file);
      assert.match(one.reason, reason);
    }
  });
});

describe('result files', () => {
  it('of a folder and of those below it, without baselines, hidden folders and other files', (t) => {
    const folder = temporaryDirectory(t, {
      'b.json': '',
      'a.json': '',
      'c.csv': '',
      '.d.json': '',
    });
    for (const below of ['2026', 'baselines', '.cache']) {
      mkdirSync(join(folder, below));
      writeFileSync(join(folder, below, 'e.json'), '');
    }
    const listed = listResultFiles(folder);
    assert.ok(listed.ok);
    assert.deepEqual(
      listed.files,
      ['2026/e.json', 'a.json', 'b.json'].map((name) => join(folder, name)),
    );
    const file = join(folder, 'c.csv');
    assert.deepEqual(listResultFiles(file), { ok: true, files: [file] });
    const missing = listResultFiles(join(folder, 'gone'), 'gone');
    assert.ok(!missing.ok);
    assert.match(missing.message, /^gone: cannot be read: it does not exist; give a folder/);
  });

  it('newest: the last written first, of one folder', (t) => {
    const folder = temporaryDirectory(t, { 'a.json': '', 'b.json': '', 'c.txt': '' });
    assert.equal(newestResultFiles(folder, 9).length, 2);
    assert.equal(newestResultFiles(folder, 1).length, 1);
    assert.deepEqual(newestResultFiles(join(folder, 'gone'), 9), []);
  });
});
