import { isSimple, type LockTable } from '../locks/registry.js';
import type { StrategyFields } from './fields.js';

/** A strategy that has a name of its own, besides those named after their lock. */
export interface Preset {
  readonly name: string;
  readonly about: string;
  /** What differs from the defaults. */
  readonly fields: Omit<StrategyFields, 'name' | 'about'>;
}

/** In the order in which they are listed. */
export const presets: readonly Preset[] = [
  {
    name: 'private',
    about:
      'control: an address space of its own for each thread, so that nothing is shared; the bound that sharing is measured against',
    fields: { granularity: 'private', mmap_lock: 'rwsem-spin' },
  },
];

/** Every word that can stand where a strategy is expected: locks that fit, then presets. */
export const strategyNames = (locks: LockTable): string[] => [
  ...[...locks].filter(([, lock]) => isSimple(lock)).map(([label]) => label),
  ...presets.map((preset) => preset.name),
];
