import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { captureContext } from './context.test-support.js';
import { runMmlock, temporaryDirectory } from './e2e.test-support.js';
import { shardValue } from './shard.js';
import { sweepCommand } from './sweep-command.js';
import type { SweepOptions } from './sweep-options.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/sweeps.md'), 'utf8');

/** The fenced block of the page in which this stands. */
function blockWith(text: string): string {
  const blocks = [...page.matchAll(/^```\w+\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  const found = blocks.filter((block) => block.includes(text));
  assert.equal(found.length, 1, text);
  return found[0] ?? '';
}

const workload = `name: tiny
roles:
  - name: worker
    threads: 100%
    ops:
      - { op: section, lock: mmap_lock, write: 100%, hold: 500ns }
run: { blocks: 8, sim: { duration: 20us, warmup: 10us } }
strategies: [mutex, qrwlock]
`;

/** What a Slurm needs that only root may have and Debian's packages bring. */
const unavailable = 77;

test('the array job of the page, run by Slurm and merged, gives the bytes of the whole sweep', async (t) => {
  const directory = temporaryDirectory(t, {
    'w.yaml': workload,
    'sweep.sh': blockWith('#SBATCH --array'),
    mmlock: `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/mmlock.cjs')}' "$@"\n`,
  });
  chmodSync(join(directory, 'mmlock'), 0o755);
  const words = 'w.yaml --cpus 1,2,4…16';
  // The nodes of the page have more CPUs than the machine that this runs on may have.
  const submit = `set -eu
job=$(sbatch --parsable --cpus-per-task=1 sweep.sh ${words} --out results/)
sbatch --wait --dependency=afterok:$job --output=sweep.log --wrap \\
  'mmlock merge results/*-shard-*-of-4.json --out results/sweep.json'
`;
  writeFileSync(join(directory, 'submit.sh'), submit);
  const { status, stdout, stderr } = spawnSync(join(root, '.ci/slurm'), ['bash', 'submit.sh'], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${directory}:${process.env.PATH ?? ''}` },
  });
  if (status === unavailable) {
    t.skip(stderr.trim());
    return;
  }
  const logs = readdirSync(directory)
    .filter((name) => name.endsWith('.log'))
    .map((name) => `${name}: ${readFileSync(join(directory, name), 'utf8')}`)
    .join('\n');
  assert.equal(status, 0, `${stdout}${stderr}${logs}`);
  for (const index of [1, 2, 3, 4]) {
    assert.match(logs, new RegExp(`shard ${index}/4, from SLURM_ARRAY_TASK_ID`));
  }
  assert.match(logs, /^sweep\.log: tiny · server-2s-64 · 1 to 16 CPUs/m);
  const whole = await runMmlock(['sweep', ...words.split(' '), '--out', 'whole.json'], directory);
  assert.equal(whole.status, 0, whole.stderr);
  const text = (name: string): string => readFileSync(join(directory, name), 'utf8');
  assert.equal(text('results/sweep.json'), text('whole.json'));
});

test('the job of Kubernetes on the page is one, and says how many parts it has', async () => {
  const job = parse(blockWith('kind: Job')) as {
    spec: {
      completionMode: string;
      completions: number;
      template: { spec: { containers: { command: string[] }[] } };
    };
  };
  const { completionMode, completions, template } = job.spec;
  const [program, name, ...words] = template.spec.containers[0]?.command ?? [];
  assert.deepEqual([completionMode, program, name], ['Indexed', 'mmlock', 'sweep']);
  const command = sweepCommand(captureContext().context, () => Promise.resolve());
  await command.exitOverride().parseAsync(words, { from: 'user' });
  const { shard, cpus } = command.opts<SweepOptions>();
  assert.deepEqual(shard, shardValue(`auto/${completions}`));
  assert.deepEqual(cpus, [2, 4, 8, 16, 32, 64]);
});
