import { waitKinds } from '../engines/sim/time-account.js';
import type { SpentTime } from '../engines/trial.js';
import { lockClasses } from '../machine/lock-class.js';
import type { PartName } from './explanation.js';

/** Every part there is, in the order in which it is shown: what is useful first, what the lock costs then. */
const beforeWaits = ['work', 'transfer'] as const;
const afterWaits = ['wake', 'shootdown', 'io', 'ready', 'stolen', 'interrupted', 'ended'] as const;

const wait = (kind: string, lockClass: PartName['lockClass']): PartName => ({ kind, lockClass });
const plain = (kind: string): PartName => ({ kind, lockClass: null });

const partNames: readonly PartName[] = [
  ...beforeWaits.map(plain),
  ...[...lockClasses, 'none' as const].flatMap((lockClass) =>
    waitKinds.map((kind) => wait(kind, lockClass)),
  ),
  ...afterWaits.map(plain),
];

/** A text that two names share if they name the same part. */
export const partKey = ({ kind, lockClass }: PartName): string => `${lockClass ?? ''} ${kind}`;

const ranks = new Map(partNames.map((name, index) => [partKey(name), index]));

/** Orders parts as they are shown; a kind that this version does not know comes last. */
export const byRank = (a: PartName, b: PartName): number => rankOf(a) - rankOf(b);

const rankOf = (name: PartName): number => ranks.get(partKey(name)) ?? ranks.size;

/** The parts of what one role spent in one window, ns by name; each once, nothing left out. */
export function partsOf({ ns, waits }: SpentTime): readonly (PartName & { readonly ns: number })[] {
  return [
    ...Object.entries(ns).map(([kind, each]) => ({ ...plain(kind), ns: each })),
    ...waits.flatMap((each) =>
      waitKinds.map((kind) => ({ ...wait(kind, each.lockClass), ns: each[kind] })),
    ),
  ]
    .filter((part) => part.ns !== 0)
    .sort(byRank);
}
