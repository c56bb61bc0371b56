import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { VerifyReport } from '../report/verify-verdict.js';
import { runMmlock, startMmlock, temporaryDirectory } from './e2e.test-support.js';

/** Looks whether it is free, and takes it in a step of its own. */
const broken = `
class Tas {
  constructor(base) { this.word = base; }
  *lock(cpu) {
    while ((yield cpu.load(this.word)) !== 0) yield cpu.awaitChange(this.word, 1);
    yield cpu.store(this.word, 1);
  }
  *unlock(cpu) { yield cpu.store(this.word, 0); }
}
export default {
  name: 'my-tas', kind: 'mutex', sleeps: false, fair: false,
  words: () => 1, create: (base) => new Tas(base),
};
`;
const right = broken
  .replace('while ((yield cpu.load(this.word)) !== 0) yield cpu.awaitChange(this.word, 1);', '')
  .replace('yield cpu.store(this.word, 1)', 'yield cpu.acquire(this.word, 0, 1)');

test('a lock that is right is proved', async (t) => {
  const directory = temporaryDirectory(t, { 'mine.mjs': right });
  const run = await runMmlock(['verify', './mine.mjs', '--gate'], directory);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /my-tas[^]*✓ proved for 2 threads × 2 rounds, 3 threads × 1 round/);
  assert.ok(!existsSync(join(directory, 'results')));
});

test('a fault is shown with two changes of thread, saved, and played again', async (t) => {
  const directory = temporaryDirectory(t, { 'mine.mjs': broken });
  const run = await runMmlock(['verify', './mine.mjs'], directory);
  assert.equal(run.status, 4, run.stderr);
  assert.match(run.stdout, /two holders at once in WW \| WW, 2 changes of thread/);
  const steps = run.stdout.split('\n').filter((line) => /^ \d+ /.test(line));
  assert.deepEqual(
    steps.map((line) => line.trim().split(/\s{2,}/)),
    [
      ['1', 'load lock+0 → 0'],
      ['2', 'load lock+0 → 0'],
      ['3', 'store lock+0, 1'],
      ['4', 'store lock+0, 1'],
    ],
  );
  const again = await runMmlock(['verify', '--replay', 'results/verify-my-tas.json'], directory);
  assert.equal(again.status, 4, again.stderr);
  assert.equal(again.stderr, '');
  for (const line of steps) assert.ok(again.stdout.includes(line), line);

  writeFileSync(join(directory, 'mine.mjs'), right);
  const mended = await runMmlock(['verify', '--replay', 'results/verify-my-tas.json'], directory);
  assert.equal(mended.status, 0, mended.stdout);
  assert.match(mended.stderr, /is not the one in which this was found/);
  assert.match(mended.stdout, /no fault: step \d of 4 cannot be taken any more/);
});

test('json holds the same, and a bound is said and decides under --gate only', async (t) => {
  const directory = temporaryDirectory(t);
  const words = ['verify', 'rwlock', '--max-executions', '50', '--format', 'json'];
  const run = await runMmlock(words, directory);
  assert.equal(run.status, 0, run.stderr);
  const { targets } = JSON.parse(run.stdout) as { targets: readonly VerifyReport[] };
  assert.equal(targets[0]?.verdict, 'bounded');
  assert.equal(targets[0].bound, '--max-executions');
  assert.ok(targets[0].executions <= 60);
  assert.equal((await runMmlock([...words, '--gate'], directory)).status, 3);
});

test('what cannot be verified is refused with advice', async (t) => {
  const directory = temporaryDirectory(t, { 'broken.json': '{"format": 1}' });
  const refused: [string[], RegExp][] = [
    [['w.yaml'], /w\.yaml is a workload: verify takes locks and strategies/],
    [['rwlok'], /no lock or strategy is called rwlok; did you mean rwlock\?/],
    [['./none.mjs'], /there is no such lock file/],
    [['--replay', 'none.json'], /none\.json cannot be read: it does not exist/],
    [['--replay', 'broken.json'], /broken\.json is not an interleaving .*format/],
    [['mutex', 'rwlock', '--out', 'one.json'], /--out names one file/],
    [['--threads', '1'], /whole number, 2 or more/],
    [['whole', '--threads', '3'], /whole is explored with 2 threads/],
    [['--threads', '9'], /must be 8 at most/],
  ];
  for (const [words, message] of refused) {
    const run = await runMmlock(['verify', ...words], directory);
    assert.equal(run.status, 2, words.join(' '));
    assert.match(run.stderr, message);
    assert.equal(run.stdout, '');
  }
});

test('SIGINT ends it between two executions', async (t) => {
  const directory = temporaryDirectory(t);
  const running = startMmlock(['verify', 'rwsem-spin', '--time', 'none'], directory);
  await running.stderrMatches(/rwsem-spin …/);
  process.kill(running.pid, 'SIGINT');
  const { status, stdout } = await running.finished;
  assert.equal(status, 130);
  assert.match(stdout, /rwsem-spin[^]*not exhausted \(interrupted\)\n/);
});

test('the saved file names the lock by its path', async (t) => {
  const directory = temporaryDirectory(t, { 'mine.mjs': broken });
  const run = await runMmlock(
    ['verify', './mine.mjs', '--out', 'fault.json', '--quiet'],
    directory,
  );
  assert.equal(run.status, 4);
  assert.equal(run.stderr, '');
  const saved = JSON.parse(readFileSync(join(directory, 'fault.json'), 'utf8')) as {
    readonly target: { readonly word: string };
  };
  assert.equal(saved.target.word, './mine.mjs');
});
