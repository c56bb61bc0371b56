import { granularities } from '../strategies/strategy.js';

/**
 * What the format has room for but this version cannot do: refused by name, so that it is neither taken
 * for a typing error nor silently ignored.
 */
const laterGranularities = new Set(['unlocked']);

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
