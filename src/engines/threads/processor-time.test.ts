import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherThreadsNs, queuedShare } from './processor-time.js';

test('the share in a run queue is that of the thread that waited longest, within the window only', () => {
  const closeNs = 1000;
  const share = (...ends: Parameters<typeof queuedShare>[1]) =>
    queuedShare([50, 70], ends, closeNs, 200);
  assert.equal(share({ atNs: 1000, queuedNs: 150 }, { atNs: 1000, queuedNs: 110 }), 0.5);
  // 180 waited since the window opened, and 100 of them may have come after its close.
  assert.equal(share({ atNs: 1100, queuedNs: 230 }, { atNs: 1000, queuedNs: 70 }), 0.4);
  assert.equal(share({ atNs: 1900, queuedNs: 150 }, { atNs: 1000, queuedNs: 70 }), 0);
  assert.equal(share({ atNs: 1000, queuedNs: 9999 }, undefined), 1);
  assert.equal(share(undefined, undefined), undefined, 'no thread ended by itself');
});

test('the other threads are all but those named', { skip: process.platform !== 'linux' }, () => {
  const all = otherThreadsNs([]);
  assert.ok(all > 0);
  assert.ok(otherThreadsNs([process.pid]) < all, 'this thread has run');
});
