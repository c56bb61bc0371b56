import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountPlaces, TimeAccount, timeKind, waitPlace } from './time-account.js';

const { work, transfer } = timeKind;
const spinning = waitPlace(0, 2);

/** What one thread has spent up to `time`, without what is 0. */
function spentUpTo(account: TimeAccount, time: number): Record<number, number> {
  const all = [...account.snapshot(time).slice(0, accountPlaces)].entries();
  return Object.fromEntries([...all].filter(([, ns]) => ns !== 0));
}

test('a snapshot adds what a thread has waited so far', () => {
  const account = new TimeAccount(1);
  account.spend(0, work, 100);
  account.wait(0, spinning);
  assert.deepEqual(spentUpTo(account, 130), { [work]: 100, [spinning]: 30 });
  account.reach(0, 150);
  assert.deepEqual(spentUpTo(account, 150), { [work]: 100, [spinning]: 50 });
});

test('what a thread has spent beyond the snapshot is taken from what it spent it on, not from the wait that follows', () => {
  const account = new TimeAccount(1);
  account.spend(0, work, 100);
  account.spend(0, transfer, 40);
  account.wait(0, spinning);
  assert.deepEqual(spentUpTo(account, 120), { [work]: 100, [transfer]: 20 });
});
