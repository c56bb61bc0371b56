import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureContext } from './context.test-support.js';
import { main } from './main.js';

async function run(
  ...commandLine: string[]
): Promise<{ status: number; stdout: string; stderr: string }> {
  const { context, stdout, stderr } = captureContext({ commandLine, env: { COLUMNS: '80' } });
  const status = await main(context);
  return { status, stdout: stdout(), stderr: stderr() };
}

test('list names every section', async () => {
  const { status, stdout } = await run('list');
  assert.equal(status, 0);
  for (const title of ['locks', 'strategies', 'workloads', 'operations', 'metrics', 'machines']) {
    assert.match(stdout, new RegExp(`^${title}$`, 'm'));
  }
});

test('list locks says what each declares of itself, the list of everything does not', async () => {
  const { stdout } = await run('list', 'locks');
  assert.match(stdout, /^ {2}qrwlock +\S/m);
  assert.match(
    stdout.replace(/\s+/g, ' '),
    /qrwlock .*kind: rw; holder_may_sleep: no; spins: yes; fair: no; .*since: 3\.16; source: kernel\/locking/,
  );
  assert.doesNotMatch(stdout, /not said/);
  assert.doesNotMatch((await run('list')).stdout, /fair:/);
});

test('no line is longer than the terminal', async () => {
  for (const what of ['locks', 'strategies', 'operations', 'metrics', 'machines']) {
    const { stdout } = await run('list', what, '--verbose');
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  }
});

test('list --format json is one object with an array for each section', async () => {
  const { stdout } = await run('list', 'operations', '--format', 'json');
  const { operations } = JSON.parse(stdout) as { operations: { name: string }[] };
  assert.ok(operations.some(({ name }) => name === 'gup-fast'));
});

test('metrics of each kind of lock only under --verbose', async () => {
  assert.doesNotMatch((await run('list', 'metrics')).stdout, /mmap_lock\.steals/);
  assert.match((await run('list', 'metrics', '--verbose')).stdout, /mmap_lock\.steals/);
});

test('list machines names them, and under --verbose each figure in a line of its own with its source', async () => {
  const { stdout } = await run('list', 'machines');
  assert.match(stdout, /^ {2}laptop-8 +\S/m);
  assert.doesNotMatch(stdout, /line\.hit/);
  assert.match((await run('list', 'machines', '--verbose')).stdout, /^ +line\.hit: 1ns \(.*\)$/m);
});

test('an unknown section is bad usage, with the nearest', async () => {
  const { status, stderr } = await run('list', 'lokcs');
  assert.equal(status, 2);
  assert.match(stderr, /Did you mean locks\?/);
});
