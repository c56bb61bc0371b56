import { bravo, bravoRwsemSpin } from './bravo.js';
import { cna } from './cna.js';
import type { LockDefinition, RangeDefinition, SimpleLockDefinition } from './definition.js';
import { mcsPark } from './mcs-park.js';
import { mcs } from './mcs.js';
import { mutexNoSpin } from './mutex-nospin.js';
import { mutexSpin } from './mutex-spin.js';
import { mutex } from './mutex.js';
import { percpuRwsem } from './percpu-rwsem.js';
import { qrwlock } from './qrwlock.js';
import { qspinlockPv } from './qspinlock-pv.js';
import { qspinlockUnfair } from './qspinlock-unfair.js';
import { qspinlock } from './qspinlock.js';
import { rangeList } from './range-list.js';
import { rangeTree } from './range-tree.js';
import { rwlock } from './rwlock.js';
import { rwsemFifo } from './rwsem-fifo.js';
import { rwsemHandoff, rwsemHandoffVariants } from './rwsem-handoff.js';
import { rwsemHeadHandoffs } from './rwsem-head-handoff.js';
import { rwsemReaderSpin } from './rwsem-reader-spin.js';
import { rwsemSpin } from './rwsem-spin.js';
import { rwsemSteal } from './rwsem-steal.js';
import { seqcount } from './seqcount.js';
import { tasBackoff } from './tas-backoff.js';
import { tas } from './tas.js';
import { ticketPv } from './ticket-pv.js';
import { ticket } from './ticket.js';
import { ttas } from './ttas.js';

/** Locks by label: the built-in ones under their names, the users' under the labels that a plan gives them. */
export type LockTable = ReadonlyMap<string, LockDefinition>;

const definitions: readonly LockDefinition[] = [
  tas,
  tasBackoff,
  ttas,
  ticket,
  ticketPv,
  mcs,
  mcsPark,
  qspinlock,
  qspinlockPv,
  qspinlockUnfair,
  cna,
  mutex,
  mutexNoSpin,
  mutexSpin,
  rwsemFifo,
  rwsemSteal,
  rwsemSpin,
  ...rwsemHeadHandoffs,
  rwsemReaderSpin,
  rwsemHandoff,
  ...rwsemHandoffVariants,
  rwlock,
  qrwlock,
  percpuRwsem,
  bravo,
  bravoRwsemSpin,
  seqcount,
  rangeTree,
  rangeList,
];

/** The built-in locks by name, in the order in which they are listed. */
export const builtInLocks: LockTable = new Map(
  definitions.map((definition) => [definition.name, definition]),
);

/** The built-in locks and the users', whose labels no built-in has. */
export function lockTable(users: Iterable<readonly [string, LockDefinition]>): LockTable {
  return new Map([...builtInLocks, ...users]);
}

/** Whether a lock can stand over a whole address space or reverse map. */
export const isSimple = (definition: LockDefinition): definition is SimpleLockDefinition =>
  definition.kind === 'mutex' || definition.kind === 'rw';

/** The lock of that label, for a strategy that was resolved against the same table. Throws if there is none. */
export function lockNamed(locks: LockTable, label: string): SimpleLockDefinition {
  const definition = named(locks, label);
  if (!isSimple(definition)) throw new Error(`${label} cannot lock a whole structure`);
  return definition;
}

/** As `lockNamed`, where the strategy takes a lock of ranges. */
export function rangeLockNamed(locks: LockTable, label: string): RangeDefinition {
  const definition = named(locks, label);
  if (definition.kind !== 'range') throw new Error(`${label} does not lock ranges`);
  return definition;
}

function named(locks: LockTable, label: string): LockDefinition {
  const definition = locks.get(label);
  if (definition === undefined) throw new Error(`no lock is called ${label}`);
  return definition;
}
