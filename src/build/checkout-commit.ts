import { execFileSync } from 'node:child_process';

/** What a build is made of; anything else in the checkout may differ from the commit. */
const sources = ['src', 'bin', 'workloads', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** A hook of another repository may run the build: git must look at the checkout alone. */
const ownRepository = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined };

/**
 * Full hash of the commit that the checkout at `root` stands at, followed by `-dirty` where the sources differ
 * from it. Null where `root` is not the top of a git checkout, nothing is committed, or git cannot be run.
 */
export function checkoutCommit(root: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', root, ...words], {
      encoding: 'utf8',
      env: { ...env, ...ownRepository },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    // A package that was unpacked somewhere inside another project is no checkout of its own.
    if (git('rev-parse', '--show-prefix') !== '') return null;
    const commit = git('rev-parse', '--verify', 'HEAD');
    const changes = git('status', '--porcelain', '--', ...sources);
    return changes === '' ? commit : `${commit}-dirty`;
  } catch {
    return null;
  }
}
