import { lineWords } from '../machine/layout.js';
import type { LockDefinition } from './definition.js';

/** Whether a lock of this definition can turn a held write lock into a read lock. */
export const canDowngrade = (definition: LockDefinition): boolean =>
  definition.kind === 'rw' && definition.create(lineWords, 1).downgrade !== undefined;
