import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { steady, writeHistory } from '../trend/history.test-support.js';
import { runMmlock, temporaryDirectory } from './e2e.test-support.js';

describe('mmlock trend', () => {
  it('finds a step at the right run, and reports without gating', async (t) => {
    const folder = temporaryDirectory(t);
    const runs = [...steady(9, 1), { speed: 0.5, label: 'v2' }, ...steady(8, 0.5)];
    writeHistory(folder, runs);
    const run = await runMmlock(['trend', '.'], folder);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stderr, '');
    assert.match(
      run.stdout,
      /^ fault-storm · 4 threads · .* · 18 runs, 2026-01-01 to 2026-01-18$/m,
    );
    assert.match(run.stdout, /^ mutex +throughput .* ▼ −\d\d\.\d% at v2$/m);
    assert.match(
      run.stdout,
      /▼ −\d\d\.\d% mutex throughput, .*run-8\.json \(2026-01-09.*v2 \(2026-01-10/s,
    );
    assert.match(run.stdout, /the noise floor of 18 A\/A arms/);
  });

  it('of noise alone says nothing', async (t) => {
    const folder = temporaryDirectory(t);
    writeHistory(folder, steady(30, 0.8));
    const run = await runMmlock(['trend', '.', '--metric', 'throughput'], folder);
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /^ mutex +throughput .* none$/m);
    assert.ok(!run.stdout.includes('changes'));
  });

  it('keeps machines apart, says that few runs are too few, and names what it could not read', async (t) => {
    const folder = temporaryDirectory(t);
    const other = { speed: 1, environment: { cpus: 64 } };
    writeHistory(folder, [...steady(3, 1), other, other, { speed: 1, blocks: 2 }]);
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, 'below', 'broken.json'), '{"format": ');
    const run = await runMmlock(['trend', '.'], folder);
    assert.equal(run.status, 0, run.stderr);
    assert.match(
      run.stdout,
      /· 3 runs, .*\n[^]*apart from newer runs of this workload: CPUs 4 here, 64 there/,
    );
    assert.match(run.stdout, /· 2 runs, /);
    assert.match(run.stdout, /it takes 12 runs .*: there are 0 to 3/);
    assert.match(run.stdout, /^ mutex +throughput .*[▁-█]{3} .*3 runs are too few$/m);
    assert.match(run.stdout, /below\/broken\.json: is truncated/);
    assert.match(run.stdout, /1 incomplete: run-5\.json: fault-storm has 2 of 6 blocks/);
  });

  it('prints nothing but the CSV or the JSON', async (t) => {
    const folder = temporaryDirectory(t, { 'broken.json': 'x' });
    writeHistory(folder, steady(12, 1));
    const csv = await runMmlock(['trend', '.', '--format', 'csv', '--strategy', 'mutex'], folder);
    assert.equal(csv.stdout.trimEnd().split('\n').length, 1 + 12);
    assert.match(csv.stderr, /^broken\.json: is not JSON/);
    const json = await runMmlock(['trend', '.', '--format', 'json'], folder);
    const { leftOut } = JSON.parse(json.stdout) as { leftOut: { file: string }[] };
    assert.deepEqual(
      leftOut.map(({ file }) => file),
      ['broken.json'],
    );
    assert.equal(json.stderr, '');
  });

  it('refuses what it cannot look at', async (t) => {
    const folder = temporaryDirectory(t);
    mkdirSync(join(folder, 'empty'));
    writeHistory(folder, steady(1, 1));
    const cases = [
      [['gone'], 2, /^gone: cannot be read: it does not exist/],
      [['empty'], 5, /empty: no result that can be looked at/],
      [
        ['.', '--strategy', 'mutx'],
        2,
        /--strategy: unknown strategy "mutx" — did you mean "mutex"/,
      ],
      [['.', '--workload', 'x'], 2, /--workload: unknown workload "x"/],
      [['.', '--metric', 'p98'], 2, /There is no metric p98\. Did you mean p9/],
      [['.', '--min-change', '5'], 2, /%/],
      [[], 2, /missing required argument/],
    ] as const;
    for (const [words, status, message] of cases) {
      const run = await runMmlock(['trend', ...words], folder);
      assert.equal(run.status, status, `${words.join(' ')}: ${run.stderr}`);
      assert.match(run.stderr, message);
      assert.equal(run.stdout, '');
    }
  });
});
