import assert from 'node:assert/strict';
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
    assert.equal(blocks, 8);
    assert.ok(ratio !== null && floor !== null && floor >= Math.abs(ratio.value - 1) - 1e-9);
  }
  const saved = readSaved(join(directory, 'n.json'));
  assert.equal(saved.complete, true);
  const again = await runMmlock(['export', 'n.json', '--csv', 'n.csv'], directory);
  assert.equal(again.status, 0, again.stderr);
});

test('doctor --noise that is interrupted shows what was measured, and is status 130', async (t) => {
  const running = startMmlock(shortNoise, temporaryDirectory(t));
  await running.stderrMatches(/section · block 2\/8/);
  process.kill(-running.pid, 'SIGINT');
  const run = await running.finished;
  assert.equal(run.status, 130, run.stderr);
  assert.match(run.stderr, /of 16 blocks were finished/);
  assert.match(run.stdout, /^ section throughput +[2-8] /m);
});

test('options of --noise without it are refused', async (t) => {
  const run = await runMmlock(['doctor', '--blocks', '9'], temporaryDirectory(t));
  assert.equal(run.status, 2);
  assert.match(run.stderr, /--blocks is about what --noise measures/);
});
