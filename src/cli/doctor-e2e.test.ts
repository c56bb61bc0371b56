import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checks } from '../doctor/checks.js';
import type { Finding } from '../doctor/finding.js';
import { runMmlock, temporaryDirectory } from './e2e.test-support.js';

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
