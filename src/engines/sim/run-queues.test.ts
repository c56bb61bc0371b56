import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunQueues } from './run-queues.js';

/** CPUs 0 and 1 in one socket, 2 and 3 in another. */
const queues = (): RunQueues => new RunQueues(10, Int32Array.of(0, 0, 1, 1));

test('a CPU’s threads take turns in the order of coming', () => {
  const all = queues();
  for (const thread of [7, 2, 5]) all.add(1, thread);
  assert.deepEqual([all.waiting, all.length[1]], [3, 3]);
  assert.deepEqual([all.take(1), all.take(1), all.take(1), all.take(1)], [7, 2, 5, -1]);
  assert.deepEqual([all.waiting, all.length[1]], [0, 0]);
});

test('who idles takes from the longest queue of its socket, and from others only if that has none', () => {
  const all = queues();
  all.add(0, 1);
  for (const thread of [2, 3]) all.add(1, thread);
  for (const thread of [4, 5, 6]) all.add(2, thread);
  assert.equal(
    all.steal(0),
    2,
    'the longer one of its socket, though another socket has a longer one',
  );
  assert.equal(all.steal(3), 4);
  all.take(0);
  all.take(1);
  assert.equal(all.steal(0), 5);
  assert.equal(all.steal(0), 6);
  assert.equal(all.steal(0), -1);
});
