import { diagnosticCodes } from './diagnostic.js';
import { isLockPath } from '../strategies/fields.js';
import { unknownWordMessage } from './issues.js';
import { text, type Outline, type OutlineStrategy } from './outline.js';
import type { Report } from './report-fault.js';

/** The words that stand for a strategy or a lock. */
export interface KnownNames {
  readonly strategies: readonly string[];
  readonly locks: readonly string[];
}

/** Checks of `strategies` and `baseline` against what there is. */
export function checkStrategies(outline: Outline, known: KnownNames, report: Report): void {
  const { contradiction, unknownWord } = diagnosticCodes;
  const names = [...new Set([...known.strategies, ...known.locks])];
  const seen = new Set<string>();
  for (const strategy of outline.strategies) {
    const { name, path, defined } = strategy;
    const at = defined ? [...path, 'name'] : path;
    if (name === undefined) continue;
    if (seen.has(name)) {
      report(
        contradiction,
        at,
        `"${name}" is in strategies twice: leave one out, or give it another name`,
      );
    }
    seen.add(name);
    if (defined) checkDefinition(strategy, name, known, names, report);
    else if (!isLockPath(name) && !names.includes(name)) {
      report(unknownWord, at, unknownWordMessage('strategy', name, names));
    }
  }
  const { baseline } = outline;
  if (baseline === undefined || seen.has(baseline)) return;
  if ([...seen].some(isLockPath) && !names.includes(baseline)) return;
  const message = unknownWordMessage('strategy', baseline, [...seen], 'strategies is empty');
  report(unknownWord, ['baseline'], `${message} (baseline is one of strategies)`);
}

/** Granularities that take no lock by name, or that have one of their own. */
const lockless: ReadonlySet<string> = new Set(['private', 'unlocked', 'radix']);

function checkDefinition(
  strategy: OutlineStrategy,
  name: string,
  known: KnownNames,
  names: readonly string[],
  report: Report,
): void {
  const { contradiction, missingKey, unknownWord } = diagnosticCodes;
  const { fields, path } = strategy;
  if (names.includes(name)) {
    const message = `"${name}" is the name of a built-in strategy: give this one another name`;
    report(contradiction, [...path, 'name'], message);
  }
  const needsLock = !lockless.has(text(fields.granularity) ?? '');
  if (fields.mmap_lock === undefined && needsLock) {
    const message = `missing key "mmap_lock" of strategy "${name}": name the lock it takes`;
    report(missingKey, path, message);
  }
  for (const key of ['mmap_lock', 'rmap_lock']) {
    const lock = text(fields[key]);
    if (lock === undefined || isLockPath(lock) || known.locks.includes(lock)) continue;
    report(unknownWord, [...path, key], unknownWordMessage('lock', lock, known.locks));
  }
}
