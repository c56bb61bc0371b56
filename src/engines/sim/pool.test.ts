import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { testPlan, testStrategy } from '../../results/result.test-support.js';
import { TrialPool } from './pool.js';

const refusing = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', () => parentPort.postMessage({ ok: false, kind: 'killed', message: 'no' }));`;

test('a pool closes while the reply of a worker is on its way', async () => {
  const entry = new URL(`data:text/javascript,${encodeURIComponent(refusing)}`);
  const pool = new TrialPool(1, entry);
  const request = { plan: testPlan(), strategy: testStrategy('mutex'), block: 1, position: 0 };
  const running = pool.run(request).catch((error: unknown) => error);
  await setImmediate();
  // The worker answers while nobody here can listen, so that its answer is found only after it was ended.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  const closed = pool.close().then(() => 'closed');
  assert.equal(await Promise.race([closed, setTimeout(10_000, 'open')]), 'closed');
  assert.match(String(await running), /no|ended/);
});
