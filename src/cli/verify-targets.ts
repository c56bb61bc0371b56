import { resolve } from 'node:path';
import { lockTarget } from '../engines/verify/lock-target.js';
import { spaceTarget } from '../engines/verify/space/space-target.js';
import type { Target } from '../engines/verify/target.js';
import { builtInLocks } from '../locks/registry.js';
import { isLockPath, type StrategyFields } from '../strategies/fields.js';
import { nearest } from '../strategies/nearest.js';
import { presets } from '../strategies/presets.js';
import { resolveStrategy } from '../strategies/resolve.js';
import type { Strategy } from '../strategies/strategy.js';
import { printDiagnostics } from '../workload/diagnostic.js';
import type { Context } from './context.js';
import { loadUserLocks } from './user-locks.js';

/** A lock or a strategy that is to be verified. */
export interface NamedTarget {
  /** As the user named it. */
  readonly word: string;
  /** Unique among those of one command line. */
  readonly label: string;
  readonly target: Target;
}

export type FoundTargets =
  | { readonly ok: true; readonly targets: readonly NamedTarget[] }
  | { readonly ok: false; readonly message: string };

/** What words of a command line name; all built-in locks and all strategies if there is no word. */
export async function findTargets(
  words: readonly string[],
  context: Context,
): Promise<FoundTargets> {
  const named =
    words.length === 0 ? [...builtInLocks.keys(), ...strategies.keys()] : [...new Set(words)];
  const problems = named.flatMap((word) => problemOf(word));
  if (problems.length > 0) return { ok: false, message: problems.join('') };
  const paths = new Map(
    named.filter(isLockPath).map((word) => [word, resolve(context.directory, word)] as const),
  );
  const users = await loadUserLocks(paths.values(), context.directory);
  if (users.diagnostics.length > 0) {
    return { ok: false, message: printDiagnostics(users.diagnostics, { verbose: false }) };
  }
  const targets = named.map((word): NamedTarget => {
    const strategy = strategies.get(word);
    if (strategy !== undefined) return { word, label: word, target: spaceTarget(strategy) };
    const path = paths.get(word);
    const label = path === undefined ? word : (users.labels.get(path) ?? word);
    const definition = users.table.get(label);
    if (definition === undefined) throw new Error(`no lock is called ${label}`);
    return { word, label, target: lockTarget(definition) };
  });
  return { ok: true, targets };
}

/** What locks nothing has nothing to verify. */
const controls: ReadonlySet<string> = new Set(['private', 'unlocked']);

/**
 * What is verified of strategies is how they lock an address space, whichever lock they do it with: so there is
 * one for each way of locking, not one for each lock.
 */
const strategies: ReadonlyMap<string, Strategy> = new Map(
  [
    { name: 'whole', granularity: 'whole', mmap_lock: 'rwsem-handoff' },
    { name: 'range', granularity: 'range', mmap_lock: 'range-tree' },
    ...presets
      .filter(({ name }) => !controls.has(name) && !builtInLocks.has(name))
      .map(({ name, about, fields }) => ({ name, about, ...fields })),
  ].map((fields) => [fields.name, resolved(fields)]),
);

function resolved(fields: StrategyFields): Strategy {
  const found = resolveStrategy(fields, builtInLocks);
  if (!found.ok) throw new Error(found.problems.map(({ message }) => message).join('; '));
  return found.strategy;
}

function problemOf(word: string): readonly string[] {
  if (/\.ya?ml$/.test(word)) {
    return [
      `mmlock verify: ${word} is a workload: verify takes locks and strategies; run the workload with mmlock bench, and verify what it uses by name or by path\n`,
    ];
  }
  if (isLockPath(word) || builtInLocks.has(word) || strategies.has(word)) return [];
  const near = nearest(word, [...builtInLocks.keys(), ...strategies.keys()]);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return [
    `mmlock verify: no lock or strategy is called ${word}${hint} (mmlock list locks shows the locks; strategies are ${[...strategies.keys()].join(', ')}; a lock file is named by its path, such as ./mine.mjs)\n`,
  ];
}
