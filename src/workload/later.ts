import { granularities } from '../strategies/strategy.js';
import type { Path } from './source.js';

/**
 * What the format has room for but this version cannot do: refused by name, so that it is neither taken
 * for a typing error nor silently ignored.
 */
const laterGranularities = new Set(['radix', 'corten', 'unlocked']);

/** Why a key is refused although the format knows it, or undefined. */
export function laterKey(parent: Path, key: string): string | undefined {
  const at = parent.at(-1);
  if (parent.length === 0 && key === 'matrix') {
    return '"matrix" is not available in this version of mmlock: write one file for each combination';
  }
  if ((at === 'of' || at === 'than') && ['threads', 'cpus', 'machine'].includes(key)) {
    return `"${key}" is not available in this version of mmlock: a claim compares strategies of one run; leave it out`;
  }
  return undefined;
}

/** Why a word is refused although the format knows it, or undefined. */
export function laterWord(key: string, word: string): string | undefined {
  return key === 'granularity' && laterGranularities.has(word)
    ? `granularity "${word}" is not available in this version of mmlock: use one of ${granularities.join(', ')}`
    : undefined;
}

/** Why a strategy's name is refused although it is one, or undefined. */
export function laterStrategy(name: string): string | undefined {
  return laterGranularities.has(name)
    ? `strategy "${name}" is not available in this version of mmlock: "private" is the upper bound`
    : undefined;
}
