import { totalmem } from 'node:os';

/** The same of a simulated machine: whatever this one has, so that a run is the same everywhere. */
export const simulatedMemory = 4 * 2 ** 30;

/** Bytes the model may take where nobody says: a quarter of what the machine, or its control group, has. */
export function givenMemory(): number {
  const limit = process.constrainedMemory();
  const total = totalmem();
  return Math.floor((limit > 0 ? Math.min(limit, total) : total) / 4);
}
