import type { AnyLock, LockDefinition } from '../../locks/definition.js';

/** The lock as it is explored: with the constants that were chosen for that, if its definition has any. */
export const lockUnderTest = (
  definition: LockDefinition,
  base: number,
  threads: number,
): Readonly<AnyLock> =>
  Object.freeze((definition.createToVerify ?? definition.create)(base, threads));
