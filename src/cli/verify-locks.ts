import { resolve } from 'node:path';
import type { LockDefinition } from '../locks/definition.js';
import { builtInLocks } from '../locks/registry.js';
import { isLockPath } from '../strategies/fields.js';
import { nearest } from '../strategies/nearest.js';
import { printDiagnostics } from '../workload/diagnostic.js';
import type { Context } from './context.js';
import { loadUserLocks } from './user-locks.js';

/** A lock that is to be verified. */
export interface NamedLock {
  /** As the user named it. */
  readonly word: string;
  /** Unique among those of one command line. */
  readonly label: string;
  readonly definition: LockDefinition;
}

export type FoundLocks =
  | { readonly ok: true; readonly locks: readonly NamedLock[] }
  | { readonly ok: false; readonly message: string };

/** The locks that words of a command line name; all built-in ones if there is no word. */
export async function findLocks(words: readonly string[], context: Context): Promise<FoundLocks> {
  const named = words.length === 0 ? [...builtInLocks.keys()] : [...new Set(words)];
  const problems = named.flatMap((word) => problemOf(word));
  if (problems.length > 0) return { ok: false, message: problems.join('') };
  const paths = new Map(
    named.filter(isLockPath).map((word) => [word, resolve(context.directory, word)] as const),
  );
  const users = await loadUserLocks(paths.values(), context.directory);
  if (users.diagnostics.length > 0) {
    return { ok: false, message: printDiagnostics(users.diagnostics, { verbose: false }) };
  }
  const locks = named.map((word): NamedLock => {
    const path = paths.get(word);
    const label = path === undefined ? word : (users.labels.get(path) ?? word);
    const definition = users.table.get(label);
    if (definition === undefined) throw new Error(`no lock is called ${label}`);
    return { word, label, definition };
  });
  return { ok: true, locks };
}

function problemOf(word: string): readonly string[] {
  if (/\.ya?ml$/.test(word)) {
    return [
      `mmlock verify: ${word} is a workload: verify takes locks; run the workload with mmlock bench, and verify its locks by name or by path\n`,
    ];
  }
  if (isLockPath(word) || builtInLocks.has(word)) return [];
  const near = nearest(word, [...builtInLocks.keys()]);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return [
    `mmlock verify: no lock is called ${word}${hint} (mmlock list locks shows them; a lock file is named by its path, such as ./mine.mjs)\n`,
  ];
}
