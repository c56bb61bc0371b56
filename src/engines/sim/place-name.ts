import { timeKinds, waitKinds } from './time-account.js';

/** What a place of the account is: a kind, or a way of waiting and the class of the lock (-1: of no strategy). */
export function placeName(place: number): { readonly kind: string; readonly lockClass: number } {
  const kind = timeKinds[place];
  if (kind !== undefined) return { kind, lockClass: -1 };
  const wait = place - timeKinds.length;
  return {
    kind: waitKinds[wait % waitKinds.length] ?? '',
    lockClass: Math.floor(wait / waitKinds.length) - 1,
  };
}
