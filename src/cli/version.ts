import { readFileSync } from 'node:fs';
import type { Build } from '../build/write-build.js';

/** The words that ask for the version. */
export const versionFlags: readonly string[] = ['-V', '--version'];

/** The version in package.json, which is the only place where it stands. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

/**
 * The commit that this mmlock was built from, with `-dirty` where its sources differed; null where the build
 * could not tell. `file` is what the build wrote.
 */
export function readCommit(file = new URL('../build.json', import.meta.url)): string | null {
  try {
    const { commit } = JSON.parse(readFileSync(file, 'utf8')) as Build;
    return commit;
  } catch {
    return null;
  }
}
