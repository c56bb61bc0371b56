import { mappedRegion, type OperationPlan, type Plan, type RolePlan } from '../workload/plan.js';
import type { Strategy } from './strategy.js';

/** What the rules below look at: one entry of one role, in a plan, under a strategy. */
export interface Place {
  readonly plan: Plan;
  readonly role: RolePlan;
  readonly entry: OperationPlan;
  readonly strategy: Strategy;
}

/** Gives what the holder of the lock would sleep for at this place, with the policy that makes it so; or ''. */
type Rule = (place: Place) => string;

/** A place where the holder of a strategy's lock may sleep. Facts, B.0, B.1.3, B.8, B.9, B.11, B.12. */
export interface SleepingPlace {
  readonly lock: 'mmap_lock' | 'rmap_lock';
  readonly ops: readonly OperationPlan['op'][];
  readonly cause: Rule;
}

const regionAt = ({ plan }: Place, index: number) => plan.space.regions[index];

/** Regions that an entry works on; for `mapped`, the files that its role maps. */
function regionsOf({ role, entry }: Place): readonly number[] {
  if (entry.region !== mappedRegion) return [entry.region];
  return role.ops.filter(({ op }) => op === 'mmap').map(({ file }) => file);
}

/** Whether some operation takes pages of the region out of the page cache. */
const isEvicted = ({ plan }: Place, index: number): boolean =>
  plan.roles.some(({ ops }) =>
    ops.some(
      ({ op, file, region }) =>
        (op === 'truncate' && (file === index || region === index)) ||
        (op === 'rmap-walk' && (region === index || region === mappedRegion)),
    ),
  );

/** Whether touching a page of the region can mean a read from the device. */
function reads(place: Place, index: number): boolean {
  const region = regionAt(place, index);
  if (region?.kind !== 'file' || region.ioNs === 0) return false;
  return region.resident < 1 || isEvicted(place, index);
}

const isRegistered = ({ plan }: Place, index: number): boolean =>
  plan.roles.some(({ ops }) =>
    ops.some(({ op, region }) => op === 'uprobe-register' && region === index),
  );

/** Whether breakpoints may be installed in mappings of the region. */
const isProbed = (place: Place, index: number): boolean =>
  (regionAt(place, index)?.probes ?? 0) > 0 || isRegistered(place, index);

/** A fault drops the lock for I/O unless the strategy says otherwise. */
const faultIo: Rule = (place) =>
  place.strategy.faultIo === 'hold' && regionsOf(place).some((index) => reads(place, index))
    ? 'I/O (fault_io: hold)'
    : '';

const pinIo: Rule = (place) => {
  const { entry, strategy } = place;
  const policy = entry.caller === '' ? strategy.gup : entry.caller;
  if (!regionsOf(place).some((index) => reads(place, index))) return '';
  if (entry.held) return 'I/O (gup: the caller holds mmap_lock already)';
  return entry.op === 'gup' && policy === 'locked' ? 'I/O (gup: locked)' : faultIo(place);
};

const populateIo: Rule = (place) => {
  const { entry, strategy } = place;
  if (!entry.populate || !reads(place, entry.file)) return '';
  if (strategy.populate === 'inside') return 'I/O (populate: inside)';
  return strategy.faultIo === 'hold' ? 'I/O (fault_io: hold)' : '';
};

/** Installing a breakpoint reads the original page. */
const installIo: Rule = (place) => {
  const { file } = place.entry;
  const { uprobes } = place.strategy;
  if (!isProbed(place, file) || !reads(place, file)) return '';
  if (uprobes === 'inside') return 'I/O (uprobes: inside)';
  // What was read ahead may be gone by then, or another probe have come.
  const stale = isEvicted(place, file) || isRegistered(place, file);
  return uprobes === 'prefetched' && stale ? 'I/O (uprobes: prefetched, and its pages change)' : '';
};

const notifier: Rule = ({ plan }) =>
  plan.space.notifierShare > 0 && plan.space.notifierNs > 0 ? 'a notifier callback' : '';

/** A copied page is unmapped first, so that secondary MMUs must be told. */
const copyNotifier: Rule = (place) => (place.entry.write ? notifier(place) : '');

const installNotifier: Rule = (place) => (isProbed(place, place.entry.file) ? notifier(place) : '');

const shrinkNotifier: Rule = (place) => (place.entry.pages < 0 ? notifier(place) : '');

const section =
  (lock: 'mmap_lock' | 'rmap_lock'): Rule =>
  ({ entry }) =>
    entry.lock === lock && entry.sleeps ? 'the section (sleep: true)' : '';

/**
 * Every place where the model may sleep under one of a strategy's locks. Registering a probe reads its page
 * under locks that are the same in every strategy, before it takes theirs. Waiting for an inner lock is none
 * (see `Observed`), and neither is taking memory, for which the model never waits.
 */
export const sleepingPlaces: readonly SleepingPlace[] = [
  { lock: 'mmap_lock', ops: ['fault', 'exec-text', 'file-write'], cause: faultIo },
  { lock: 'mmap_lock', ops: ['gup', 'gup-fast'], cause: pinIo },
  { lock: 'mmap_lock', ops: ['mmap'], cause: populateIo },
  { lock: 'mmap_lock', ops: ['mmap'], cause: installIo },
  {
    lock: 'mmap_lock',
    ops: ['munmap', 'mprotect', 'madvise', 'fork', 'notifier'],
    cause: notifier,
  },
  { lock: 'mmap_lock', ops: ['uprobe-register', 'uprobe-unregister'], cause: notifier },
  { lock: 'mmap_lock', ops: ['fault', 'gup', 'gup-fast'], cause: copyNotifier },
  { lock: 'mmap_lock', ops: ['mmap'], cause: installNotifier },
  { lock: 'mmap_lock', ops: ['brk'], cause: shrinkNotifier },
  { lock: 'mmap_lock', ops: ['section'], cause: section('mmap_lock') },
  { lock: 'rmap_lock', ops: ['rmap-walk', 'truncate'], cause: notifier },
  { lock: 'rmap_lock', ops: ['section'], cause: section('rmap_lock') },
];
