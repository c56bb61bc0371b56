import type { AnyLock, LockDefinition } from '../../locks/definition.js';

/** The lock as it is explored: with the constants that its definition has chosen for that, where it has. */
export const lockUnderTest = (
  definition: LockDefinition,
  base: number,
  threads: number,
): Readonly<AnyLock> =>
  Object.freeze((definition.createToVerify ?? definition.create)(base, threads));
