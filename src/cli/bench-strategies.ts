import { resolve } from 'node:path';
import { isLockPath, lockPaths } from '../strategies/fields.js';
import type { StrategyEntry } from '../strategies/fields.js';
import { knownNames } from '../workload/known-names.js';
import type { Workload } from '../workload/schema.js';
import type { BenchOptions } from './bench-options.js';
import type { Context } from './context.js';

/** An entry of the list that will run, and where it was written: an index into the file's list, or a flag. */
export interface SettledEntry {
  readonly entry: StrategyEntry;
  readonly origin: number | '--strategy' | '--baseline';
}

export interface SettledEntries {
  readonly list: readonly SettledEntry[];
  /** The reference strategy, as it was written. */
  readonly reference: string;
  /** Absolute path of each lock file, by the word that names it. */
  readonly paths: ReadonlyMap<string, string>;
}

/**
 * Which strategies run: `--strategy` replaces the workload's list, and may name what the workload defines.
 * The reference is `--baseline`, else the workload's `baseline`, else the first; it runs in any case.
 * Paths are relative to the working directory in a flag, to the workload (`from`) in a file.
 */
export function settleEntries(
  workload: Workload,
  from: string,
  options: BenchOptions,
  context: Context,
): SettledEntries {
  const written = workload.strategies.map((entry, origin): SettledEntry => ({ entry, origin }));
  const named = (word: string, origin: '--strategy' | '--baseline'): SettledEntry =>
    written.find((each) => typeof each.entry !== 'string' && each.entry.name === word) ?? {
      entry: word,
      origin,
    };
  const list = options.strategy?.map((word) => named(word, '--strategy')) ?? [...written];
  const reference = options.baseline ?? workload.baseline ?? nameOf(list[0]);
  if (!list.some((each) => nameOf(each) === reference)) {
    const own = written.find((each) => nameOf(each) === reference);
    // Any other word can only be what a lock file calls itself, which loading it tells.
    const known = knownNames.strategies.includes(reference) || isLockPath(reference);
    if (own !== undefined || known) list.unshift(own ?? named(reference, '--baseline'));
  }
  const paths = new Map<string, string>();
  for (const { entry, origin } of list) {
    const base = typeof origin === 'number' ? from : context.directory;
    for (const word of lockPaths(entry)) paths.set(word, resolve(base, word));
  }
  return { list, reference, paths };
}

function nameOf(settled: SettledEntry | undefined): string {
  if (settled === undefined) return '';
  return typeof settled.entry === 'string' ? settled.entry : settled.entry.name;
}
