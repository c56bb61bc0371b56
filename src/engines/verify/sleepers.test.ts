import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sleepers } from './sleepers.js';

test('who came first is woken first, of those who sleep on the word, and no more than asked', () => {
  const sleepers = new Sleepers(4);
  for (const [thread, word] of [
    [2, 7],
    [0, 8],
    [3, 7],
    [1, 7],
  ] as const) {
    sleepers.add(thread, word);
  }
  assert.equal(sleepers.wake(7, 2), 2);
  const woken = (): boolean[] => [0, 1, 2, 3].map((thread) => sleepers.isWoken(thread));
  assert.deepEqual(woken(), [false, false, true, true]);
  sleepers.remove(1);
  assert.equal(sleepers.wake(7, 9), 0, 'it has gone on by itself');
  assert.equal(sleepers.wake(8, 9), 1);
  assert.deepEqual(woken(), [true, false, true, true]);
});

test('who sleeps again has to be woken again, and an execution begins with nobody asleep', () => {
  const sleepers = new Sleepers(2);
  sleepers.add(0, 5);
  sleepers.wake(5, 1);
  sleepers.add(0, 5);
  assert.equal(sleepers.isWoken(0), false);
  sleepers.reset();
  assert.equal(sleepers.wake(5, 9), 0);
});
