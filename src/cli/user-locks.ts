import { isAbsolute, relative } from 'node:path';
import type { LockDefinition } from '../locks/definition.js';
import { readUserLock } from '../locks/read-user-lock.js';
import { builtInLocks, lockTable } from '../locks/registry.js';
import type { LockTable } from '../locks/registry.js';
import { LockFileError, loadUserLock } from '../locks/user-lock.js';
import type { LockProblem, UserLock } from '../locks/user-lock.js';
import { lockLabels } from '../strategies/lock-labels.js';
import { strategyNames } from '../strategies/presets.js';
import { diagnosticCodes } from '../workload/diagnostic.js';
import type { Diagnostic } from '../workload/diagnostic.js';

/** The lock files of a run, loaded once each. */
export interface UserLocks {
  /** The built-in locks and these, by label. */
  readonly table: LockTable;
  /** Label of each file, by its absolute path. */
  readonly labels: ReadonlyMap<string, string>;
  /** What a plan carries to the workers, by label. */
  readonly plain: Readonly<Record<string, UserLock>>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Loaded {
  readonly path: string;
  readonly lock: UserLock;
  readonly definition: LockDefinition;
}

/** Reads, derives and evaluates lock files, and finds all that is wrong with any. `paths` are absolute. */
export async function loadUserLocks(
  paths: Iterable<string>,
  directory: string,
): Promise<UserLocks> {
  const loaded: Loaded[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of new Set(paths)) {
    const shown = shownPath(path, directory);
    const read = readUserLock(path);
    if (!read.ok) {
      diagnostics.push(...read.problems.map((problem) => diagnosticOf(problem, shown)));
      continue;
    }
    const lock = { ...read.lock, path: shown };
    try {
      loaded.push({ path, lock, definition: await loadUserLock(lock, 'steps') });
    } catch (error) {
      if (!(error instanceof LockFileError)) throw error;
      diagnostics.push(...error.problems.map((problem) => diagnosticOf(problem, shown)));
    }
  }
  const files = loaded.map(({ path, definition }) => ({ path, name: definition.name }));
  const labels = lockLabels(files, strategyNames(builtInLocks));
  const labelled = loaded.map(
    (each) => [labels.get(each.path) ?? each.definition.name, each] as const,
  );
  return {
    table: lockTable(labelled.map(([label, { definition }]) => [label, definition])),
    labels,
    plain: Object.fromEntries(labelled.map(([label, { lock }]) => [label, lock])),
    diagnostics,
  };
}

/** Relative to the working directory where that is shorter than the way from the root. */
function shownPath(path: string, directory: string): string {
  const short = relative(directory, path);
  return isAbsolute(short) || short.startsWith('..') ? path : short;
}

const diagnosticOf = ({ line, column, message }: LockProblem, file: string): Diagnostic => ({
  severity: 'error',
  code: diagnosticCodes.lockFile,
  message,
  file,
  line,
  column,
  length: line === 0 ? 0 : 1,
  source: '',
});
