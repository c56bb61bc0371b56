import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { beginEnvironment } from '../results/environment.js';
import { machineFingerprint } from '../results/fingerprint.js';
import { testResult, testRow, testTrial } from '../results/result.test-support.js';
import { resultText } from '../results/save.js';
import type { PreparedWorkload } from './bench-record.js';
import { captureContext } from './context.test-support.js';
import { temporaryDirectory, tinyWorkload } from './e2e.test-support.js';
import { main } from './main.js';

test('--dry-run says what it would resolve as an earlier run spread, and that nothing is known where none ran', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex, rwsem-spin]') });
  const dryRun = async (...words: string[]) => {
    const commandLine = ['bench', 'w.yaml', '--dry-run', ...words];
    const { context, stdout, stderr } = captureContext({ commandLine, directory });
    assert.equal(await main(context), 0, stderr());
    return stdout();
  };
  assert.match(await dryRun(), /^ {2}smallest change resolvable: not known before .* --noise/m);
  mkdirSync(join(directory, 'results'));
  const { workloads } = JSON.parse(await dryRun('--format', 'json')) as {
    workloads: readonly (PreparedWorkload & { readonly resolvable: unknown })[];
  };
  const [workload] = workloads;
  assert.ok(workload);
  assert.equal(workload.resolvable, null);
  // rwsem-spin is 10 % off in every other block, and right in the others.
  const trials = workload.orders.flatMap((order, index) =>
    order.map((_, position) => {
      const label = workload.strategies[position]?.strategy.name ?? '';
      const count = label === 'mutex' || index % 2 === 0 ? 1000 : 1100;
      return testTrial(label, index + 1, {
        rows: [testRow('worker', 'section', { counts: [count, 0] })],
      });
    }),
  );
  const spread = 1.4826 * (Math.log(1.1) / 2);
  const { environment } = beginEnvironment(Date.now());
  const earlier = testResult({
    environment,
    workloads: [{ ...workload, harness: null, trials, confirmation: null }],
  });
  writeFileSync(join(directory, 'results', 'earlier.json'), resultText(earlier));
  writeFileSync(join(directory, 'results', 'damaged.json'), '{');
  // A machine that hides what it is made of is like no other, itself included.
  if (Object.values(machineFingerprint(environment)).includes(null)) {
    assert.match(await dryRun(), /resolvable: not known/);
    return;
  }
  const percent = (blocks: number) => `${((400 * spread) / Math.sqrt(blocks)).toFixed(1)}%`;
  for (const blocks of [8, 32]) {
    const text = await dryRun('--blocks', String(blocks));
    const line = `  smallest change resolvable in ${blocks} blocks: ${percent(blocks)} throughput, `;
    assert.ok(text.includes(line), text);
    assert.match(text, /if they spread as in results\/earlier\.json$/m);
  }
  assert.match(await dryRun('--duration', '40ms'), /resolvable: not known/);
  assert.match(await dryRun('--baseline', 'rwsem-spin'), /resolvable: not known/);
});
