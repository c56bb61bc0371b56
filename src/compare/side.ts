import { readdirSync, statSync, type Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import { identityOf, startOf } from '../results/identity.js';
import { loadResult } from '../results/load.js';
import type { Result } from '../results/result.js';
import { explainSystemError } from '../results/system-error.js';
import {
  baselineExists,
  baselineNames,
  baselinePath,
  faultOfName,
  missingBaseline,
} from './baselines.js';

/** A saved result, by what the user would find it under. */
export interface NamedResult {
  readonly shown: string;
  readonly result: Result;
}

/** One side of a comparison: what the user named, and the runs that it stands for, the newest last. At least one. */
export interface Side {
  readonly name: string;
  readonly runs: readonly NamedResult[];
  /** Absolute paths of everything that was read for it. */
  readonly files: readonly string[];
  /** What was left out of it, as sentences. */
  readonly warnings: readonly string[];
}

/** A side, or why there is none: input that is wrong, or nothing to compare where it should be. */
export type ReadSide =
  | { readonly ok: true; readonly side: Side }
  | { readonly ok: false; readonly kind: 'bad-input' | 'nothing'; readonly message: string };

/**
 * Reads what a word of the command line stands for: with a `/` in it or `.json` behind, a result file or a folder
 * of them (those in it, not those below it); else the name of a saved baseline.
 */
export function readSide(word: string, directory: string): ReadSide {
  const path = resolve(directory, word);
  if (word.includes('/') || word.endsWith('.json')) {
    const found = statOf(path);
    return found?.isDirectory() === true ? readFolder(word, path) : readFiles(word, [[word, path]]);
  }
  const fault = faultOfName(word);
  if (fault !== '') return refuse('bad-input', `${word} ${fault}; a path has a / in it`);
  const isThere = statOf(path) !== undefined;
  try {
    if (!baselineExists(directory, word)) {
      const hint = isThere ? `; the ${word} that is here is written ./${word}` : '';
      return refuse('nothing', missingBaseline(word, baselineNames(directory)) + hint);
    }
  } catch (error) {
    return refuse('bad-input', `${word}: cannot be looked up: ${explainSystemError(error)}`);
  }
  if (isThere) {
    const message = `${word} is a saved baseline, and there is a ${word} here too: write ./${word} for that, or rename it`;
    return refuse('bad-input', message);
  }
  return readFiles(word, [[word, baselinePath(directory, word)]]);
}

const refuse = (kind: 'bad-input' | 'nothing', message: string): ReadSide => ({
  ...{ ok: false, kind, message },
});

/** undefined where there is nothing, or nothing that may be looked at: reading it says which. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function readFolder(word: string, path: string): ReadSide {
  let files: readonly string[];
  try {
    files = readdirSync(path)
      .filter((file) => file.endsWith('.json'))
      .sort();
  } catch (error) {
    return refuse('bad-input', `${word}: cannot be read: ${explainSystemError(error)}`);
  }
  if (files.length === 0) {
    return refuse('nothing', `${word}: there is no result in this folder (no file ends in .json)`);
  }
  return readFiles(
    word,
    files.map((file) => [join(word, file), join(path, file)]),
  );
}

function readFiles(name: string, files: readonly (readonly [string, string])[]): ReadSide {
  const runs: NamedResult[] = [];
  const warnings: string[] = [];
  for (const [shown, path] of files) {
    const loaded = loadResult(path, shown);
    if (!loaded.ok) return refuse('bad-input', loaded.message);
    const { result } = loaded;
    const twin = runs.find((run) => isSameRun(run.result, result));
    if (twin === undefined) runs.push({ shown, result });
    else warnings.push(`${shown} holds the same run as ${twin.shown}: it counts once`);
  }
  runs.sort((a, b) => (startOf(a.result) < startOf(b.result) ? -1 : 1));
  return { ok: true, side: { name, runs, files: files.map(([, path]) => path), warnings } };
}

/** Whether two files hold one run. */
export const isSameRun = (one: Result, other: Result): boolean =>
  identityOf(one) === identityOf(other);
