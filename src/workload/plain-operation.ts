import { noRegion, type OperationPlan } from './plan.js';

/** What an operation is where nothing is said: each entry of a plan is this and what it says itself. */
export const plainOperation: Omit<OperationPlan, 'op' | 'row' | 'weight'> = {
  region: noRegion,
  pages: 1,
  write: false,
  pick: 'sequential',
  span: 0,
  populate: false,
  held: false,
  sleeps: false,
  caller: '',
  file: -1,
  lock: 'mmap_lock',
  writeShare: 0,
  holdNs: 0,
};
