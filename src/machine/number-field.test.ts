import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { Recorder } from '../measure/recorder.js';
import { RecorderLayout, recordingArea } from '../measure/recorder-layout.js';
import { Layout } from './layout.js';
import { numberField } from './number-field.js';
import { Task } from './task.js';

setFlagsFromString('--allow-natives-syntax');
/** Whether V8 lays two objects out alike: code compiled for the one then serves the other. */
const areAlike = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (
  a: object,
  b: object,
) => boolean;
/** A time that is no small integer. */
const late = 2 ** 40;

class Small {
  ns = 0;
}

class Claimed {
  ns = numberField;
}

test('a field that begins as a small integer is laid out anew by a time, one that begins as a fraction is not', () => {
  const [small, other] = [new Small(), new Small()];
  small.ns = late;
  assert.ok(!areAlike(small, other));
  const [claimed, fresh] = [new Claimed(), new Claimed()];
  claimed.ns = late;
  assert.ok(areAlike(claimed, fresh));
});

test('times change the layout of no task', () => {
  const [used, fresh] = [new Task(), new Task()];
  assert.deepEqual(
    [used.waitedNs, used.holdNs, used.blockedAt, used.operationBlockedAt],
    [0, 0, 0, 0],
  );
  used.waitedNs = used.holdNs = used.blockedAt = used.operationBlockedAt = late;
  assert.ok(areAlike(used, fresh));
});

test('neither the opening of the window nor a time changes the layout of a recorder', () => {
  const layout = new Layout();
  const recorderLayout = new RecorderLayout(layout, [1]);
  const words = new Int32Array(layout.words);
  const task = new Task();
  const [used, fresh] = [0, 1].map(() => new Recorder(words, recorderLayout, 0, [1], 1));
  assert.ok(used !== undefined && fresh !== undefined);
  used.open(recordingArea.window, task, late);
  task.sampled = 1;
  used.begin(late + 1);
  used.end(late * 2);
  used.finish(0, task);
  assert.ok(areAlike(used, fresh));
});
