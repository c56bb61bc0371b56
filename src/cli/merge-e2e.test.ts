import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { captureContext } from './context.test-support.js';
import { runMmlock, temporaryDirectory } from './e2e.test-support.js';
import { main } from './main.js';

const workload = `name: tiny
roles:
  - name: worker
    threads: 100%
    ops:
      - { op: section, lock: mmap_lock, write: 100%, hold: 500ns }
run: { blocks: 9, sim: { duration: 20us, warmup: 10us } }
strategies: [mutex, qrwlock, rwsem-spin]
`;

const cpus = ['--cpus', '1,2,4'];
const shardFile = (index: number): string => `r/tiny-server-2s-64-sweep-1-shard-${index}-of-4.json`;

test('shards that ran apart, as array jobs do, are merged into the bytes of the whole sweep', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': workload });
  const run = async (words: readonly string[], env = {}) => {
    const captured = captureContext({ commandLine: [...words], directory, env });
    const status = await main(captured.context);
    return { status, stdout: captured.stdout(), stderr: captured.stderr() };
  };
  const sweep = (...words: readonly string[]) => ['sweep', 'w.yaml', ...cpus, ...words];
  const slurm = (id: number) => ({
    SLURM_ARRAY_TASK_ID: String(id),
    SLURM_ARRAY_TASK_MIN: '1',
    SLURM_ARRAY_TASK_COUNT: '4',
  });
  const first = await run(sweep('--out', 'r/'), slurm(1));
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stderr, /^shard 1\/4, from SLURM_ARRAY_TASK_ID$/m);
  assert.match(first.stdout, /^shard 1\/4: 21 of 21 trials; mmlock merge/m);
  await run(sweep('--out', 'r/'), slurm(2));
  await run(sweep('--out', 'r/', '--shard', 'auto/4'), { JOB_COMPLETION_INDEX: '2' });

  const files = [1, 2, 3, 4].map(shardFile);
  const merge = ['merge', ...files, '--out', 'm.json'];
  const unread = await run(merge);
  assert.equal(unread.status, 2);
  assert.match(unread.stderr, /^r\/.*shard-4-of-4\.json: cannot be read/m);
  const missing = await run(['merge', ...files.slice(0, 3), '--out', 'm.json']);
  assert.equal(missing.status, 5);
  assert.match(missing.stderr, /^missing: shard 4\/4/m);

  await run(sweep('--out', 'r/', '--shard', '4/4'));
  const twice = await run(['merge', ...files, shardFile(2), '--out', 'm.json']);
  assert.equal(twice.status, 2);
  assert.match(twice.stderr, /is shard 2\/4, and so is/);
  const over = await run(['merge', ...files, '--out', shardFile(2), '--force']);
  assert.equal(over.status, 2);
  assert.match(over.stderr, /is one of the shards/);

  const merged = await runMmlock(merge, directory);
  assert.equal(merged.status, 0, merged.stderr);
  const whole = await runMmlock(sweep('--out', 'w.json', '--shard', '1/1'), directory);
  assert.equal(whole.status, 0, whole.stderr);
  assert.equal(
    readFileSync(join(directory, 'm.json'), 'utf8'),
    readFileSync(join(directory, 'w.json'), 'utf8'),
  );
  assert.equal(merged.stdout.replace('m.json', 'w.json'), whole.stdout);
  const again = await runMmlock(merge, directory);
  assert.equal(again.status, 2);
  assert.match(again.stderr, /--out: m\.json exists/);
});
