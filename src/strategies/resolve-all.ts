import { builtInLocks, type LockTable } from '../locks/registry.js';
import type { StrategyEntry } from './fields.js';
import { strategyNames } from './presets.js';
import { resolveStrategy, type StrategyProblem } from './resolve.js';
import type { Strategy } from './strategy.js';

/** What is wrong with one entry of a list. */
export interface EntryProblem extends StrategyProblem {
  /** Its index in the list. */
  readonly entry: number;
}

export interface ResolvedList {
  /** Of the entries that resolved, in their order. */
  readonly strategies: readonly Strategy[];
  readonly problems: readonly EntryProblem[];
}

/** Resolves a list in which every strategy must have a name of its own. */
export function resolveStrategies(
  entries: readonly StrategyEntry[],
  locks: LockTable,
  labels: ReadonlyMap<string, string> = new Map(),
): ResolvedList {
  const strategies: Strategy[] = [];
  const problems: EntryProblem[] = [];
  const reserved = strategyNames(builtInLocks);
  const seen = new Set<string>();
  for (const [entry, written] of entries.entries()) {
    const resolved = resolveStrategy(written, locks, labels);
    if (!resolved.ok) {
      problems.push(...resolved.problems.map((problem) => ({ entry, ...problem })));
      continue;
    }
    const { name } = resolved.strategy;
    const key = typeof written === 'string' ? '' : 'name';
    if (seen.has(name)) {
      const message = `"${name}" is in strategies twice: leave one out, or give it another name`;
      problems.push({ entry, kind: 'contradiction', key, word: name, message });
    } else if (typeof written !== 'string' && reserved.includes(name)) {
      const message = `"${name}" is the name of a built-in strategy: give this one another name`;
      problems.push({ entry, kind: 'contradiction', key, word: name, message });
    } else {
      strategies.push(resolved.strategy);
    }
    seen.add(name);
  }
  return { strategies, problems };
}
