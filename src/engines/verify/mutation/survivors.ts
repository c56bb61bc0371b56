import type { Mutant } from './mutants.js';

/** Why a mutant of that module that survives is no worse than the lock. Undefined if nobody has said. */
export function reasonFor(
  module: string,
  { method, before, after }: Pick<Mutant, 'method' | 'before' | 'after'>,
): string | undefined {
  const change = `${before} → ${after}`;
  return reasons.find(
    (each) =>
      (each.module ?? module) === module &&
      (each.method ?? method) === method &&
      each.change.test(change),
  )?.reason;
}

interface Reason {
  /** Any, if there is none; the same of `method`. */
  readonly module?: string;
  readonly method?: string;
  readonly change: RegExp;
  readonly reason: string;
}

const anyOther = 'any value but the one that is waited for does as well';
const onlyLooks = 'a look that saves an attempt which would fail; the attempt decides';
const onlyHelps = 'only lets in early whom the next release lets in';
const untilUnlocked = 'the list stays locked until both are done';
const inVain = 'looks for somebody to wake where there is nobody, or who is kept out still';

const reasons: readonly Reason[] = [
  {
    change: /^yield (cpu\.park|this\.sleep|this\.list\.sleep|this\.cpus\.halt)\(.*\); → ;$/,
    reason: 'who does not sleep looks again, as after a wake for no reason',
  },
  { module: 'tas', method: 'lock', change: /^held → held \+ 1$/, reason: anyOther },
  { module: 'tas-backoff', change: /awaitFree.* → ;$/, reason: onlyLooks },
  { module: 'ttas', change: /awaitFree.* → ;$/, reason: onlyLooks },
  {
    module: 'mcs',
    method: 'leave',
    change: /^after === 0 → /,
    reason: 'tries to end the queue though there is a next, which fails, and finds the next again',
  },
  { module: 'mcs', method: 'grant', change: /^1 → 1 \+ 1$/, reason: anyOther },
  { module: 'mcs-park', method: 'grant', change: /^granted → granted \+ 1$/, reason: anyOther },
  {
    module: 'mcs-park',
    method: 'grant',
    change: /!== asleep → /,
    reason: 'wakes one that does not sleep, which does nothing',
  },
  { module: 'qspinlock', method: 'passOn', change: /^1 → 1 \+ 1$/, reason: anyOther },
  {
    module: 'qspinlock',
    method: 'tryTake',
    change: /cpu\.load\(this\.word\)\) !== 0 → /,
    reason: onlyLooks,
  },
  {
    module: 'qrwlock',
    method: 'tryReadLock',
    change: /cpu\.load.* === 0 → .*true\)$/,
    reason: onlyLooks,
  },
  {
    module: 'qrwlock',
    method: 'tryWriteLock',
    change: /cpu\.load.* === 0 → .*true\)$/,
    reason: onlyLooks,
  },
  { module: 'qrwlock', method: 'writeSlow', change: /cpu\.load.* !== 0 → /, reason: onlyLooks },
  {
    module: 'rwlock',
    method: 'readSlow',
    change: /seen <= 1/,
    reason: 'waits for one reader more to leave before it tries',
  },
  {
    module: 'ticket-pv',
    method: 'unlockSlow',
    change: /thread <= this\.threads/,
    reason: 'looks at one line more, in which no ticket stands',
  },
  {
    module: 'ticket-pv',
    method: 'unlockSlow',
    change: /^cpu\.cas.* → cpu\.load/,
    reason: 'the flag stays, so that later releases look for one that has halted, in vain',
  },
  {
    module: 'halted-cpus',
    method: 'kick',
    change: /^1 → 1 \+ 1$/,
    reason: 'the count only has to change, and one thread at most sleeps on the word',
  },
  {
    module: 'mcs-park',
    method: 'awaitGrant',
    change: /!== waiting → |^cpu\.cas.* → cpu\.swap/,
    reason: 'one that was granted the lock meanwhile finds that out in the next step',
  },
  {
    module: 'qspinlock',
    method: 'lockSlow',
    change: /^\(seen & ~lockedMask\) === 0 → /,
    reason: 'sets the pending bit to find that somebody is queued, and clears it again',
  },
  {
    module: 'ticket-pv',
    method: 'lockSlow',
    change: /^yield cpu\.store\(mine.* → yield cpu\.or/,
    reason: 'it looks once more when both are done, before it halts',
  },
  {
    module: 'ticket-pv',
    change: /cpu\.load\(this\.serving\).*false\)$|^serving === seen → /,
    reason: 'halts never, or sooner; a kick that is missed by that cannot be',
  },
  {
    module: 'rwsem-fifo',
    method: 'wakeWriter',
    change: /^yield .* → yield/,
    reason: untilUnlocked,
  },
  {
    module: 'rwsem-classic',
    method: 'grantReaders',
    change: /^yield this\.list\.remove.* → yield this\.list\.rouse/,
    reason: untilUnlocked,
  },
  {
    module: 'wait-list',
    method: 'append',
    change: /^yield cpu\.store\(node \+ state.* → yield before/,
    reason: untilUnlocked,
  },
  { module: 'rwsem-fifo', method: 'queue', change: /^count === waitingBias → /, reason: inVain },
  { module: 'rwsem-steal', method: 'readSlow', change: /waitingBias → /, reason: inVain },
  {
    module: 'rwsem-classic',
    change: /^count < 0 → |^\(count & activeMask\) === 0 → |-waitingBias.* <= 0$/,
    reason: inVain,
  },
  {
    module: 'rwsem-classic',
    method: 'readLock',
    change: /<= 0$/,
    reason: 'the count is never 0 when a reader has just been added',
  },
  {
    module: 'mutex-nospin',
    method: 'lockSlow',
    change: /^contended → /,
    reason: 'marks it as contended before it sleeps all the same',
  },
  {
    module: 'rwsem-fifo',
    method: 'queue',
    change: /wakeReadersOwned|kind === waitsToWrite|count >= waitingBias/,
    reason: onlyHelps,
  },
  { module: 'rwsem-steal', method: 'queueToWrite', change: /wakeReaders/, reason: onlyHelps },
  {
    module: 'rwsem-steal',
    method: 'takeQueued',
    change: /cpu\.load.* !== waitingBias → /,
    reason: onlyLooks,
  },
  {
    module: 'range-tree',
    method: 'release',
    change: /=== 1 → /,
    reason: 'wakes one that still has to wait, which sleeps again',
  },
];
