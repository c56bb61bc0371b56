import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { checkoutCommit } from './checkout-commit.js';

const skip = spawnSync('git', ['--version']).status === 0 ? false : 'git is not installed';

/** A repository with one commit. */
function checkout(t: TestContext): { readonly root: string; readonly commit: string } {
  const root = mkdtempSync(join(tmpdir(), 'mmlock-test-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const git = (...words: readonly string[]): string =>
    execFileSync(
      'git',
      ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b.example', ...words],
      {
        encoding: 'utf8',
      },
    );
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src', 'a.ts'), 'export {};\n');
  git('init', '-q');
  git('add', '.');
  git('-c', 'commit.gpgsign=false', 'commit', '-q', '-m', 'first');
  return { root, commit: git('rev-parse', 'HEAD').trim() };
}

describe('checkoutCommit', { skip }, () => {
  it('is the commit of a clean checkout, whatever lies about beside the sources', (t) => {
    const { root, commit } = checkout(t);
    writeFileSync(join(root, 'notes.txt'), '');
    assert.equal(checkoutCommit(root), commit);
  });

  it('says where the sources differ from the commit: changed, or not in it', (t) => {
    const { root, commit } = checkout(t);
    writeFileSync(join(root, 'src', 'b.ts'), 'export {};\n');
    assert.equal(checkoutCommit(root), `${commit}-dirty`);
    rmSync(join(root, 'src', 'b.ts'));
    writeFileSync(join(root, 'src', 'a.ts'), 'export const a = 1;\n');
    assert.equal(checkoutCommit(root), `${commit}-dirty`);
  });

  it('is not that of a repository around, nor of one that the environment names', (t) => {
    const { root } = checkout(t);
    assert.equal(checkoutCommit(join(root, 'src')), null);
    const outside = mkdtempSync(join(tmpdir(), 'mmlock-test-'));
    t.after(() => rmSync(outside, { recursive: true, force: true }));
    const env = { ...process.env, GIT_DIR: join(root, '.git') };
    assert.equal(checkoutCommit(outside, env), null);
  });

  it('is null without git', (t) => {
    const { root } = checkout(t);
    assert.equal(checkoutCommit(root, { PATH: '' }), null);
  });
});
