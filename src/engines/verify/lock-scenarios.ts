import { lineWords } from '../../machine/layout.js';
import type { LockDefinition } from '../../locks/definition.js';
import { lockUnderTest } from './lock-under-test.js';

/**
 * What each thread does to a lock, one after the other. `W` locks to write (a mutex: locks), `R` to read,
 * `D` locks to write and downgrades, `w` and `r` try. On a range lock the range follows, as in `W0-2`. On a
 * sequence count `W` writes, `R` reads until what it read is whole, `r` reads once without waiting.
 */
export interface Scenario {
  readonly threads: readonly (readonly string[])[];
}

/** As in "WW | R", or "fault heap | munmap heap" where actions are words. */
export const scenarioLabel = ({ threads }: Scenario): string =>
  threads
    .map((actions) => actions.join(actions.some((action) => action.length > 5) ? ', ' : ''))
    .join(' | ');

/**
 * Whether nobody may be passed twice in this scenario: if the lock says that it is fair, where a thread that
 * comes once is beside one that comes more often. Elsewhere it is not asked, as that takes all orders of who
 * comes and how far the others are.
 */
export const asksFairness = ({ fair }: LockDefinition, { threads }: Scenario): boolean =>
  fair && threads.some((actions) => actions.length !== threads[0]?.length);

/** How often a thread comes again that might pass a waiter of a fair lock twice. */
const passingRounds = 3;

/**
 * Everything that `threads` threads can do to the lock in `rounds` rounds, up to a renaming of threads: all
 * mixes of readers and writers; on two threads also downgrade and try, where the lock has them, and, if it
 * says that it is fair, one thread that comes once against one that comes three times.
 */
export function scenariosOf(
  definition: LockDefinition,
  threads: number,
  rounds: number,
): readonly Scenario[] {
  const again = (action: string): readonly string[] => Array.from({ length: rounds }, () => action);
  const mixes = multisets(modesOf(definition), threads)
    .filter(isOwn)
    .map((modes) => modes.map(again));
  const found = [...mixes];
  if (threads === 2) {
    for (const [one, other] of pairsOf(definition)) found.push([again(one), again(other)]);
    if (definition.fair) {
      for (const [waiter, passer] of passes(definition)) {
        const often = Array.from({ length: passingRounds }, () => passer);
        found.push([[waiter], often]);
      }
    }
  }
  return found.map((each) => ({ threads: each }));
}

const ranges = { low: '0-2', high: '1-3', last: '2-3' } as const;

const rangeTries: readonly (readonly [string, string])[] = [
  [`W${ranges.low}`, `w${ranges.high}`],
  [`R${ranges.low}`, `w${ranges.high}`],
  [`W${ranges.low}`, `r${ranges.high}`],
];

function modesOf(definition: LockDefinition): readonly string[] {
  switch (definition.kind) {
    case 'mutex':
      return ['W'];
    case 'rw':
    case 'sequence':
      return ['W', 'R'];
    case 'range':
      return [`W${ranges.low}`, `W${ranges.high}`, `R${ranges.low}`, `R${ranges.high}`];
  }
}

/** Not a mix of the high range alone, which differs from one of the low range in nothing. */
const isOwn = (modes: readonly string[]): boolean =>
  !modes.every((mode) => mode.endsWith(ranges.high));

/** Modes beyond the ordinary ones, each against those that it can meet. */
function pairsOf(definition: LockDefinition): readonly (readonly [string, string])[] {
  switch (definition.kind) {
    case 'mutex':
      return hasMethod(definition, 'tryLock') ? [['W', 'w']] : [];
    case 'rw': {
      const pairs: (readonly [string, string])[] = [];
      if (hasMethod(definition, 'downgrade')) pairs.push(['W', 'D'], ['R', 'D'], ['D', 'D']);
      if (hasMethod(definition, 'tryWriteLock')) pairs.push(['W', 'w'], ['R', 'w']);
      if (hasMethod(definition, 'tryReadLock')) pairs.push(['W', 'r']);
      return pairs;
    }
    case 'range':
      return [
        [`W${ranges.low}`, `W${ranges.last}`],
        [`R${ranges.low}`, `W${ranges.last}`],
        ...(hasMethod(definition, 'tryAcquire') ? rangeTries : []),
      ];
    case 'sequence':
      return hasMethod(definition, 'tryReadBegin') ? [['W', 'r']] : [];
  }
}

function passes(definition: LockDefinition): readonly (readonly [string, string])[] {
  switch (definition.kind) {
    case 'mutex':
      return [['W', 'W']];
    case 'rw':
      return [
        ['W', 'W'],
        ['W', 'R'],
        ['R', 'W'],
      ];
    case 'range':
      return [
        [`W${ranges.low}`, `W${ranges.high}`],
        [`W${ranges.low}`, `R${ranges.high}`],
        [`R${ranges.low}`, `W${ranges.high}`],
      ];
    case 'sequence':
      return [];
  }
}

function hasMethod(definition: LockDefinition, name: string): boolean {
  return name in lockUnderTest(definition, lineWords, 2);
}

/** All ways to choose `size` of the items, in any order, with repetition. */
function multisets(items: readonly string[], size: number): readonly (readonly string[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) =>
    multisets(items.slice(i), size - 1).map((rest) => [item, ...rest]),
  );
}
