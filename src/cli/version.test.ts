import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runMmlock, temporaryDirectory } from './e2e.test-support.js';
import { readCommit, readVersion, versionFlags } from './version.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isCheckout = existsSync(`${root}/.git`) && spawnSync('git', ['--version']).status === 0;

test('the build says which commit it was made from', { skip: !isCheckout && 'no checkout' }, () => {
  assert.match(readCommit() ?? '', /^[\da-f]{40,64}(-dirty)?$/);
});

test('a build that left nothing, or something else, has no commit', (t) => {
  const directory = temporaryDirectory(t, { 'build.json': '{"comm' });
  assert.equal(readCommit(pathToFileURL(`${directory}/build.json`)), null);
  assert.equal(readCommit(pathToFileURL(`${directory}/none.json`)), null);
});

for (const flag of versionFlags) {
  test(`mmlock ${flag} prints the version and nothing else`, async () => {
    const { status, stdout, stderr } = await runMmlock([flag], root);
    assert.deepEqual(
      { status, stdout, stderr },
      { status: 0, stdout: `${readVersion()}\n`, stderr: '' },
    );
  });
}
