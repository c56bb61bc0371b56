import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checks } from '../doctor/checks.js';
import type { Finding } from '../doctor/finding.js';
import type { NoiseMeasure } from '../gate/noise-survey.js';
import { readSaved, runMmlock, startMmlock, temporaryDirectory } from './e2e.test-support.js';

test('doctor says what it found on this machine', async (t) => {
  const run = await runMmlock(['doctor'], temporaryDirectory(t));
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stderr, '');
  assert.match(
    run.stdout,
    /^ this machine, for benchmarks of locks: \d+ noisy, \d+ unknown, \d+ good$/m,
  );
  const rows = run.stdout.match(/^ \S.* {2}(✓ good|! noisy|\? unknown|i information)\b.*$/gm) ?? [];
  assert.equal(rows.length, checks.length);
});

test('doctor --format json holds every finding, and what was counted meanwhile', async (t) => {
  const run = await runMmlock(['doctor', '--format', 'json'], temporaryDirectory(t));
  assert.equal(run.status, 0, run.stderr);
  const { findings } = JSON.parse(run.stdout) as { findings: readonly Finding[] };
  assert.equal(findings.length, checks.length);
  for (const { check, verdict, remedy } of findings) {
    assert.equal(remedy !== null, verdict === 'noisy', check);
  }
  const steal = findings.find(({ check }) => check === 'steal time');
  if (steal?.verdict !== 'unknown')
    assert.match(steal?.value ?? '', /% in 1\.\d s, .*% since boot$/);
});

const shortNoise = ['doctor', '--noise', '--duration', '50ms', '--blocks', '8'];

test('doctor --noise measures a strategy against itself, and keeps the result where it is told to', async (t) => {
  const directory = temporaryDirectory(t);
  const run = await runMmlock([...shortNoise, '--format', 'json', '--out', 'n.json'], directory);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stderr, /section · block 1\/8 · .* left/);
  const { findings, noise } = JSON.parse(run.stdout) as {
    findings: readonly Finding[];
    noise: readonly NoiseMeasure[];
  };
  assert.equal(findings.length, checks.length);
  assert.deepEqual(
    noise.map(({ workload, metric }) => `${workload} ${metric}`),
    ['section throughput', 'section p99', 'faults throughput', 'faults p99'],
  );
  for (const { blocks, floor, ratio } of noise) {
    // On a machine that is busy enough there are blocks in which nothing was finished.
    assert.ok(blocks <= 8 && blocks > 0 === (ratio !== null));
    assert.ok(floor === null || floor >= Math.abs((ratio?.value ?? 1) - 1) - 1e-9);
  }
  const saved = readSaved(join(directory, 'n.json'));
  assert.equal(saved.complete, true);
  assert.deepEqual(
    saved.workloads.map(({ trials }) => trials.length),
    [16, 16],
  );
  const exported = await runMmlock(['export', 'n.json', '--csv', 'n.csv'], directory);
  assert.equal(exported.status, 0, exported.stderr);
});

test('doctor --noise that is interrupted shows what was measured, and is status 130', async (t) => {
  const directory = temporaryDirectory(t);
  const running = startMmlock(shortNoise, directory);
  await running.stderrMatches(/section · block 2\/8/);
  process.kill(-running.pid, 'SIGINT');
  const run = await running.finished;
  assert.equal(run.status, 130, run.stderr);
  assert.match(run.stderr, /of 16 blocks were finished/);
  assert.match(run.stdout, /^ section throughput\b/m);
  assert.deepEqual(readdirSync(directory), []);
});

test('what only --noise takes is refused without it, and what it cannot write before it measures', async (t) => {
  const directory = temporaryDirectory(t, { 'n.json': '{}' });
  const rows: readonly [string[], RegExp][] = [
    [['--blocks', '9', '--force'], /^--blocks, --force: only --noise measures anything: add it/],
    [['--out', 'n.json'], /^--out: only --noise/],
    [['--duration', '1s'], /^--duration: only --noise/],
    [['--noise', '--out', 'n.json', '--format', 'json'], /^--out: n\.json exists; .*--force/],
  ];
  for (const [words, message] of rows) {
    const run = await runMmlock(['doctor', ...words], directory);
    assert.deepEqual([run.status, run.stdout], [2, ''], words.join(' '));
    assert.match(run.stderr, message);
  }
});
