import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { captureContext } from './context.test-support.js';
import { readSaved, runMmlock, startMmlock, temporaryDirectory } from './e2e.test-support.js';
import { main } from './main.js';

const workload = (strategies: string, window = '40us', hold = 'hold: 1us'): string => `name: tiny
roles:
  - name: worker
    threads: 100%
    ops:
      - { op: section, lock: mmap_lock, write: 100%, ${hold} }
run: { blocks: 8, sim: { duration: ${window}, warmup: 10us } }
strategies: ${strategies}
`;

/** A lock whose `lock` is this. */
const lockFile = (name: string, body: string): string => `class Lock {
  constructor(base) { this.word = base; }
  *lock(cpu) { ${body} }
  *unlock(cpu) { yield cpu.store(this.word, 0); }
}
export default {
  name: '${name}', kind: 'mutex', sleeps: true, fair: false,
  words: () => 1, create: (base) => new Lock(base),
};
`;

const words = ['sweep', 'w.yaml', '--cpus', '1,2', '--out', 'r.json'];

test('a lock that excludes nobody is status 4, with the cell in which it broke', async (t) => {
  const directory = temporaryDirectory(t, {
    'w.yaml': workload('[mutex, ./broken.mjs]', '400us', 'hold: 1us, sleep: true'),
    'broken.mjs': lockFile('broken', 'yield cpu.store(this.word, 1);'),
  });
  const { status, stdout, stderr } = await runMmlock(words, directory);
  assert.equal(status, 4, stderr);
  assert.match(stdout, /INCORRECT[^]*tiny\[cpus=2\], broken, block \d+: .*mmap_lock/);
  assert.doesNotMatch(stdout, /tiny\[cpus=\d\], mutex/);
  const saved = readSaved(join(directory, 'r.json'));
  assert.deepEqual([saved.complete, saved.exit], [true, 4]);
});

test("a user's lock that throws is status 4, and what was finished is kept", async (t) => {
  const directory = temporaryDirectory(t, {
    'w.yaml': workload('[mutex, ./throws.mjs]'),
    'throws.mjs': lockFile(
      'throws',
      "if (yield cpu.swap(this.word, 1)) throw new Error('thrown on purpose');",
    ),
  });
  const { status, stderr } = await runMmlock(words, directory);
  assert.equal(status, 4, stderr);
  assert.match(stderr, /the sweep failed: strategy throws, block \d+: .*thrown on purpose/);
  const saved = readSaved(join(directory, 'r.json'));
  assert.deepEqual([saved.complete, saved.exit], [false, 4]);
  // Alone on a CPU it never meets anyone.
  assert.equal(saved.workloads[0]?.trials.length, 16);
});

test('SIGTERM keeps what is finished, and is status 143', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': workload('[mutex, qrwlock]', '1ms') });
  const running = startMmlock(
    ['sweep', 'w.yaml', '--cpus', '1,17,33..64', '--out', 'r.json'],
    directory,
  );
  await running.stderrMatches(/cpus=1\] · block/);
  process.kill(running.pid, 'SIGTERM');
  const { status, stderr } = await running.finished;
  assert.equal(status, 143, stderr);
  assert.match(stderr, /stopped: told to terminate\n\d+ of 80 trials were finished and are kept/);
  const saved = readSaved(join(directory, 'r.json'));
  assert.deepEqual([saved.complete, saved.exit, saved.interrupted?.cause], [false, 143, 'SIGTERM']);
  assert.equal(saved.workloads[0]?.trials.length, 16);
});

test('a result that can no longer be saved goes to standard error as CSV, and is status 6', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': workload('[mutex]') });
  const commandLine = ['sweep', 'w.yaml', '--cpus', '1,2', '--out', 'gone/r.json'];
  const captured = captureContext({ commandLine, directory });
  const written: string[] = [];
  const stderr = {
    write: (text: string) => {
      written.push(text);
      if (text.includes('cpus=1] · block')) {
        rmSync(join(directory, 'gone'), { recursive: true, force: true });
      }
    },
  };
  assert.equal(await main({ ...captured.context, stderr }), 6);
  assert.match(written.join(''), /could not be saved to .*gone.*mmlock goes on, and tries again/);
  assert.match(written.join(''), /so that nothing is lost, all trials as CSV:\nworkload,engine,/);
});
