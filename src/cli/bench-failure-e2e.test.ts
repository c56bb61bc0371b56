import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  descendants,
  isAlive,
  readSaved,
  runMmlock,
  startMmlock,
  temporaryDirectory,
  tinyWorkload,
} from './e2e.test-support.js';

/** Long enough to be interrupted after its first block. */
const words = ['bench', 'w.yaml', '--out', 'r.json', '--blocks', '200'];

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} keeps the finished blocks, ends the workers, and is status ${status}`, async (t) => {
    const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex, rwsem-spin]') });
    const running = startMmlock(words, directory);
    await running.stderrMatches(/block 2\/200/);
    const children = await childrenOf(running.pid);
    // To the whole group, as a terminal does it.
    process.kill(-running.pid, signal);
    const run = await running.finished;
    assert.equal(run.status, status, run.stderr);
    assert.match(
      run.stderr,
      /of 200 blocks were finished, kept in .*r\.json and marked there as incomplete/,
    );
    assert.deepEqual(children.filter(isAlive), []);
    const saved = readSaved(join(directory, 'r.json'));
    assert.equal(saved.complete, false);
    assert.equal(saved.exit, status);
    assert.equal(saved.interrupted?.cause, signal);
    const trials = saved.workloads[0]?.trials ?? [];
    for (const block of [1, 2]) {
      assert.equal(trials.filter((trial) => trial.block === block).length, 2);
    }
    assert.match(run.stdout, /of 200 blocks/);
  });
}

test('a second SIGINT ends at once, and what was saved before stays', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex, rwsem-spin]') });
  const running = startMmlock(words, directory);
  await running.stderrMatches(/block 1\/200/);
  const children = await childrenOf(running.pid);
  process.kill(running.pid, 'SIGINT');
  process.kill(running.pid, 'SIGINT');
  const run = await running.finished;
  assert.equal(run.status, 130);
  assert.ok((readSaved(join(directory, 'r.json')).workloads[0]?.trials.length ?? 0) >= 2);
  await untilDead(children);
});

test('a child killed from outside is status 6, and the finished blocks are kept', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex, rwsem-spin]') });
  const running = startMmlock(words, directory);
  await running.stderrMatches(/block 1\/200/);
  const [child] = await childrenOf(running.pid);
  assert.ok(child !== undefined);
  process.kill(child, 'SIGKILL');
  const run = await running.finished;
  assert.equal(run.status, 6, run.stderr);
  assert.match(run.stderr, /the run failed: .*(SIGKILL|killed)/);
  const saved = readSaved(join(directory, 'r.json'));
  assert.equal(saved.complete, false);
  assert.equal(saved.exit, 6);
  assert.equal(saved.interrupted?.kind, 'failure');
  assert.ok((saved.workloads[0]?.trials.length ?? 0) >= 2);
});

test('a result that can no longer be saved goes to standard error as CSV, and is status 6', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex]') });
  const running = startMmlock(['bench', 'w.yaml', '--out', 'gone/r.json'], directory);
  await running.stderrMatches(/block 1\/6/);
  rmSync(join(directory, 'gone'), { recursive: true });
  writeFileSync(join(directory, 'gone'), 'a file where the directory was');
  const run = await running.finished;
  assert.equal(run.status, 6, run.stderr);
  assert.match(run.stderr, /could not be saved to .*gone.*mmlock goes on, and tries again/);
  assert.match(
    run.stderr,
    /so that nothing is lost, all trials as CSV:\nworkload,engine,strategy,/,
  );
  assert.match(run.stderr, /^tiny,threads,mutex,6,/m);
});

const throwing = `class Throws {
  constructor(base) { this.word = base; }
  *lock(cpu) {
    yield cpu.load(this.word);
    throw new Error('thrown on purpose');
  }
  *unlock(cpu) { yield cpu.store(this.word, 0); }
}
export default {
  name: 'throws', kind: 'mutex', sleeps: true, fair: false,
  words: () => 1, create: (base) => new Throws(base),
};
`;

test("a user's lock that throws is status 4, and says what it threw", async (t) => {
  const directory = temporaryDirectory(t, {
    'w.yaml': tinyWorkload('[./throws.mjs]'),
    'throws.mjs': throwing,
  });
  const run = await runMmlock(['bench', 'w.yaml', '--out', 'r.json'], directory);
  assert.equal(run.status, 4, run.stderr);
  assert.match(run.stderr, /thrown on purpose/);
  assert.equal(readSaved(join(directory, 'r.json')).exit, 4);
});

const broken = `class Broken {
  constructor(base) { this.word = base; }
  *lock(cpu) { yield cpu.store(this.word, 1); }
  *unlock(cpu) { yield cpu.store(this.word, 0); }
}
export default {
  name: 'broken', kind: 'mutex', sleeps: true, fair: false,
  words: () => 1, create: (base) => new Broken(base),
};
`;

test('a lock that excludes nobody is status 4, with the invariant that broke', async (t) => {
  const directory = temporaryDirectory(t, {
    'w.yaml': tinyWorkload('[mutex, ./broken.mjs]', 'hold: 5us'),
    'broken.mjs': broken,
  });
  const run = await runMmlock(['bench', 'w.yaml', '--out', 'r.json'], directory);
  assert.equal(run.status, 4, run.stderr);
  assert.match(run.stdout + run.stderr, /broken.*: .*mmap_lock/);
  assert.equal(readSaved(join(directory, 'r.json')).exit, 4);
});

/** Waits for one: between two blocks there is none. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  for (;;) {
    const children = descendants(pid);
    if (children.length > 0) return children;
    await pause(5);
  }
}

async function untilDead(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await pause(10);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
