import type { SpentTime, Trial } from '../engines/trial.js';
import {
  testArm,
  testPlan,
  testRow,
  testTrial,
  testWorkload,
} from '../results/result.test-support.js';
import type { WorkloadResult } from '../results/result.js';

/** A window of 10 ms, in which three threads fault and one maps. */
export const windowNs = 10e6;

/** What three threads spent, ns, in a window in which they wait for `mmap_lock` and `zone` for so long. */
export function faulterTime(spinning: number, asleep: number, waking: number, zone = 0): SpentTime {
  const rest = 3 * windowNs - spinning - asleep - waking - zone;
  return {
    role: 'faulter',
    ns: { work: rest * 0.75, transfer: rest * 0.25 },
    waits: [
      { lockClass: 'mmap_lock', spinning, asleep, waking },
      { lockClass: 'zone', spinning: zone, asleep: 0, waking: 0 },
    ],
  };
}

const mapperTime: SpentTime = {
  role: 'mapper',
  ns: { work: 4e6, wake: 1e6, shootdown: 1e6, io: 3e6 },
  waits: [{ lockClass: 'none', spinning: 0, asleep: 0, waking: 1e6 }],
};

/** `faults` that each of three threads finished, and where their time went. */
export const spentTrial = (
  strategy: string,
  block: number,
  faults: number,
  spent: SpentTime,
  changes: Partial<Trial> = {},
): Trial =>
  testTrial(strategy, block, {
    seconds: windowNs / 1e9,
    rows: [
      testRow('faulter', 'fault', { counts: [faults, faults, faults] }),
      testRow('mapper', 'mmap', { counts: [10] }),
    ],
    spent: [spent, mapperTime],
    idleNs: 0.1 * windowNs,
    ...changes,
  });

/** Two blocks: a mutex whose waiters sleep, an rwsem whose waiters spin, and a lock that was refused. */
export const spentWorkload = (changes: Partial<WorkloadResult> = {}): WorkloadResult =>
  testWorkload({
    plan: testPlan({ run: { durationNs: windowNs, warmupNs: 1e6, blocks: 2 } }),
    strategies: [
      testArm('mutex'),
      testArm('rwsem-spin'),
      testArm('rwlock', { status: 'unsupported', reason: 'its holder may not sleep' }),
    ],
    orders: [
      [0, 1],
      [1, 0],
    ],
    trials: [
      spentTrial('mutex', 1, 1000, faulterTime(0, 20e6, 4e6)),
      spentTrial('rwsem-spin', 1, 4000, faulterTime(6e6, 0, 0, 15_000)),
      spentTrial('rwsem-spin', 2, 4000, faulterTime(9e6, 0, 0)),
      spentTrial('mutex', 2, 500, faulterTime(0, 22e6, 4e6)),
    ],
    ...changes,
  });
