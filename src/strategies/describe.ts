import { canDowngrade } from '../locks/can-downgrade.js';
import type { LockTable } from '../locks/registry.js';
import { strategyNames } from './presets.js';
import { resolveStrategy } from './resolve.js';
import type { Strategy } from './strategy.js';

/** A strategy as `mmlock list strategies --verbose` shows it: keys and words as a workload file has them. */
export interface StrategyDescription {
  readonly name: string;
  readonly about: string;
  readonly granularity: string;
  readonly mmap_lock: string;
  readonly rmap_lock: string;
  readonly range: string;
  readonly fault_io: string;
  readonly unmap: string;
  readonly populate: string;
  readonly gup: string;
  readonly uprobes: string;
  readonly hold_limit: number | 'none';
}

export const describeStrategy = (strategy: Strategy): StrategyDescription => ({
  name: strategy.name,
  about: strategy.about,
  granularity: strategy.granularity,
  mmap_lock: strategy.mmapLock === '' ? 'none' : strategy.mmapLock,
  rmap_lock: strategy.rmapLock,
  range: strategy.range,
  fault_io: strategy.faultIo,
  unmap: strategy.unmap,
  populate: strategy.populate,
  gup: strategy.gup,
  uprobes: strategy.uprobes,
  hold_limit: strategy.holdLimit === 0 ? 'none' : strategy.holdLimit,
});

/** Every strategy that has a name, with its fields filled in. */
export function describeStrategies(locks: LockTable): StrategyDescription[] {
  return strategyNames(locks).map((name) => {
    const resolved = resolveStrategy(name, locks);
    if (!resolved.ok) throw new Error(resolved.problems.map(({ message }) => message).join('\n'));
    return describeStrategy(resolved.strategy);
  });
}

/** A lock as `mmlock list locks` shows it; null where its definition does not say. */
export interface LockDescription {
  readonly name: string;
  readonly about: string;
  readonly kind: string;
  readonly holder_may_sleep: boolean;
  readonly spins: boolean | null;
  readonly fair: boolean;
  readonly downgrade: boolean;
  readonly since: string | null;
  readonly source: string | null;
}

export function describeLocks(locks: LockTable): LockDescription[] {
  return [...locks].map(([name, lock]) => ({
    name,
    about: lock.about ?? '',
    kind: lock.kind,
    holder_may_sleep: lock.sleeps,
    spins: lock.spins ?? null,
    fair: lock.fair,
    downgrade: canDowngrade(lock),
    since: lock.since ?? null,
    source: lock.source ?? null,
  }));
}
