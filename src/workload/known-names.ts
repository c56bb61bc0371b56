import { builtInLocks } from '../locks/registry.js';
import { strategyNames } from '../strategies/presets.js';
import type { KnownNames } from './check-strategies.js';

/** What a workload may name: the built-in strategies and locks. */
export const knownNames: KnownNames = {
  strategies: strategyNames(builtInLocks),
  locks: [...builtInLocks.keys()],
};
