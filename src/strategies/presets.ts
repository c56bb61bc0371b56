import { isSimple, type LockTable } from '../locks/registry.js';
import type { StrategyFields } from './fields.js';
import { kernels } from './history.js';

/** A strategy that has a name of its own, besides those named after their lock. */
export interface Preset {
  readonly name: string;
  readonly about: string;
  /** What differs from the defaults. */
  readonly fields: Omit<StrategyFields, 'name' | 'about'>;
}

/** In the order in which they are listed. */
export const presets: readonly Preset[] = [
  ...kernels,
  {
    name: 'range-tree',
    about:
      'a range lock in the place of mmap_lock, of which everyone takes everything, as in the conversion of 2018',
    fields: { granularity: 'range', mmap_lock: 'range-tree' },
  },
  {
    name: 'range-list',
    about:
      'a range lock of which faults take a page and changes of protection their range (Kogan, Dice and Issa 2020)',
    fields: { granularity: 'range', mmap_lock: 'range-list', range: 'refined' },
  },
  {
    name: 'vma-rwsem',
    about:
      'a lock in each VMA that faults hold, found under mmap_lock: the early idea that made mmap_lock contention contention for one big VMA',
    fields: { granularity: 'vma-rwsem', mmap_lock: 'rwsem-handoff' },
  },
  {
    name: 'speculative',
    about:
      'faults take no lock and validate against a sequence count in each VMA (Zijlstra 2010, Dufour 2018)',
    fields: { granularity: 'speculative-vma', mmap_lock: 'rwsem-handoff' },
  },
  {
    name: 'speculative-mm',
    about:
      'faults take no lock and validate against one sequence count for the process (Lespinasse 2021)',
    fields: { granularity: 'speculative-mm', mmap_lock: 'rwsem-handoff' },
  },
  {
    name: 'rcu-fault',
    about:
      'faults find their VMA under RCU and look at it once more before they set an entry (Bonsai, 2012)',
    fields: { granularity: 'rcu', mmap_lock: 'rwsem-handoff' },
  },
  {
    name: 'per-vma',
    about:
      'Linux 6.4: faults try to lock their VMA for reading, found without a lock, and fall back to mmap_lock',
    fields: { granularity: 'vma-seq', mmap_lock: 'rwsem-handoff' },
  },
  {
    name: 'per-vma-ref',
    about: 'Linux 6.15: per-vma with a reference count in place of a semaphore',
    fields: { granularity: 'vma-ref', mmap_lock: 'rwsem-handoff' },
  },
  {
    name: 'radix',
    about:
      'RadixVM: a lock in each slot of a radix tree over the pages; faults and changes take those of their own pages and nothing else (Clements, Kaashoek and Zeldovich 2013)',
    fields: { granularity: 'radix' },
  },
  {
    name: 'corten',
    about:
      'CortenMM: page-table pages are what is locked; faults and changes take the lowest that has all of their pages, and what is below it (Zhang and others 2025)',
    fields: { granularity: 'corten', mmap_lock: 'mutex-spin' },
  },
  {
    name: 'unlocked',
    about:
      'control: one address space whose operations wait for nobody and move no cache line; the bound that no lock can pass; on simulated CPUs only',
    fields: { granularity: 'unlocked', mmap_lock: 'rwsem-spin' },
  },
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
