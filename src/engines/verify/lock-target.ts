import type { LockDefinition } from '../../locks/definition.js';
import { scenariosOf } from './lock-scenarios.js';
import { lockSubject } from './lock-subject.js';
import { lockTextHash } from './lock-text.js';
import type { Size, Target } from './target.js';

/** What is explored of a lock unless something else is asked for. */
const defaultSizes: readonly Size[] = [
  { threads: 2, rounds: 2 },
  { threads: 3, rounds: 1 },
];

/** A lock, to be used by a few threads in all ways there are. */
export const lockTarget = (definition: LockDefinition): Target => ({
  name: definition.name,
  sizes: defaultSizes,
  scenarios: ({ threads, rounds }) => scenariosOf(definition, threads, rounds),
  subject: (scenario) => lockSubject(definition, scenario),
  textHash: () => lockTextHash(definition),
});
