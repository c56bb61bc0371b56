import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Layout } from '../machine/layout.js';
import { Random } from '../machine/random.js';
import { Task } from '../machine/task.js';
import { bucketLow, bucketOf } from './histogram.js';
import { RecordingReader } from './read-rows.js';
import { Recorder } from './recorder.js';
import { RecorderLayout, recordingArea } from './recorder-layout.js';
import { recordedCount } from './sparse-histogram.js';

function setUp(gaps: readonly (readonly number[])[]) {
  const layout = new Layout();
  const recorderLayout = new RecorderLayout(
    layout,
    gaps.map((rows) => rows.length),
  );
  const words = new Int32Array(layout.words);
  return {
    recorders: gaps.map(
      (rows, thread) => new Recorder(words, recorderLayout, thread, rows, thread),
    ),
    tasks: gaps.map(() => new Task()),
    reader: new RecordingReader(words, recorderLayout),
  };
}

function finish(recorder: Recorder, row: number, task: Task, began: number, ended: number): void {
  recorder.begin(began);
  recorder.end(ended);
  recorder.finish(row, task);
}

describe('Recorder', () => {
  test('gives back what a plain model of it holds', () => {
    const { recorders, tasks, reader } = setUp([
      [1, 1],
      [1, 1],
    ]);
    const random = new Random(7);
    const latencies: number[][] = [[], []];
    const waits: number[] = [];
    let firsts = 0;
    const counts = [0, 0];
    for (const [thread, recorder] of recorders.entries()) {
      const task = tasks[thread] as Task;
      recorder.open(recordingArea.window, task, 1000);
      let now = 1000;
      for (let i = 0; i < 500; i++) {
        const row = random.below(2);
        assert.equal(recorder.due(row), 1);
        task.sampled = 1;
        const latency = Math.floor(random.exponential(5000));
        if (random.below(4) === 0) {
          task.waitedNs = 1 + random.below(latency + 1);
          task.operationBlockedAt = now;
          if (row === 0) waits.push(task.waitedNs);
        }
        finish(recorder, row, task, now, now + latency);
        assert.deepEqual([task.sampled, task.waitedNs, task.operationBlockedAt], [0, 0, 0]);
        now += latency;
        latencies[row]?.push(latency);
        if (row === 0) counts[thread] = (counts[thread] ?? 0) + 1;
      }
      firsts++;
      recorder.closeWindow(-1, task, now);
    }
    const row = reader.row([0, 1], 0);
    const expected = latencies[0] ?? [];
    assert.deepEqual(row.counts, counts);
    assert.equal(
      row.latency.sum,
      expected.reduce((sum, ns) => sum + ns, 0),
    );
    const buckets = [...new Set(expected.map(bucketOf))].sort((a, b) => a - b);
    assert.deepEqual(row.latency.buckets, buckets);
    assert.deepEqual(
      row.latency.counts,
      buckets.map((bucket) => expected.filter((ns) => bucketOf(ns) === bucket).length),
    );
    assert.equal(row.maxNs, Math.max(...expected));
    assert.equal(recordedCount(row.wait), waits.length);
    assert.equal(row.waitMaxNs, Math.max(...waits));
    assert.equal(row.firstNs.length, firsts);
    assert.equal(row.maxIsAge, false);
    assert.ok(bucketLow(row.latency.buckets[0] ?? -1) >= 0);
  });

  test('times one operation in `gap`, at random distances, the first one always', () => {
    const { recorders } = setUp([[8]]);
    const [recorder] = recorders;
    let timed = 0;
    let last = 0;
    const gaps = new Set<number>();
    assert.equal(recorder?.due(0), 1);
    for (let i = 1; i <= 80_000; i++) {
      if (recorder.due(0) === 0) continue;
      timed++;
      gaps.add(i - last);
      last = i;
    }
    assert.ok(Math.abs(timed - 10_000) < 1000, `${timed} of 80000 timed`);
    assert.ok(gaps.has(1) && gaps.size > 20, 'distances vary, and 1 is among them');
  });

  test('what ran before the window does not count, but the first operation is reported', () => {
    const { recorders, tasks, reader } = setUp([[1]]);
    const [recorder] = recorders;
    const [task] = tasks;
    assert.ok(recorder && task);
    recorder.due(0);
    task.sampled = 1;
    finish(recorder, 0, task, 100, 900);
    task.events.spurious = 3;
    recorder.open(recordingArea.window, task, 1000);
    task.events.majorFaults = 2;
    recorder.closeWindow(-1, task, 5000);
    const row = reader.row([0], 0);
    assert.deepEqual(row.counts, [0]);
    assert.deepEqual(row.firstNs, [800]);
    assert.equal(reader.events(1).spurious, 0);
    assert.equal(reader.events(1).majorFaults, 2);
    assert.equal(reader.starvationNs([0]), 4000);
  });

  test('an operation that waited without being timed enters the maximum and the waits only', () => {
    const { recorders, tasks, reader } = setUp([[1000]]);
    const [recorder] = recorders;
    const [task] = tasks;
    assert.ok(recorder && task);
    recorder.open(recordingArea.window, task, 1000);
    task.operationBlockedAt = 2000;
    task.waitedNs = 500;
    finish(recorder, 0, task, 0, 2600);
    recorder.count(0);
    recorder.closeWindow(-1, task, 3000);
    const row = reader.row([0], 0);
    assert.deepEqual(row.counts, [2]);
    assert.equal(recordedCount(row.latency), 0);
    assert.equal(recordedCount(row.wait), 1);
    assert.equal(row.maxNs, 600);
    assert.equal(reader.starvationNs([0]), 1600);
  });

  test('an operation in flight at the close shows its age', () => {
    const { recorders, tasks, reader } = setUp([[1], [1]]);
    const [recorder, other] = recorders;
    const [task, otherTask] = tasks;
    assert.ok(recorder && task && other && otherTask);
    recorder.open(recordingArea.window, task, 1000);
    task.sampled = 1;
    task.operationBlockedAt = 1500;
    task.waitedNs = 90_000;
    recorder.begin(1200);
    recorder.closeWindow(0, task, 51_000);
    other.open(recordingArea.window, otherTask, 1000);
    otherTask.sampled = 1;
    finish(other, 0, otherTask, 1000, 1100);
    other.closeWindow(-1, otherTask, 51_000);
    const row = reader.row([0, 1], 0);
    assert.deepEqual(row.counts, [0, 1]);
    assert.equal(row.maxNs, 49_800);
    assert.equal(row.waitMaxNs, 49_500);
    assert.equal(row.maxIsAge, true);
    assert.equal(reader.starvationNs([0, 1]), 50_000);
  });

  test('counters of each lock class add up over threads; classes without any are left out', () => {
    const { recorders, tasks, reader } = setUp([[1], [1]]);
    for (const [thread, recorder] of recorders.entries()) {
      const task = tasks[thread] as Task;
      recorder.open(recordingArea.window, task, 1);
      const counters = task.counters[2];
      assert.ok(counters);
      counters.acquisitions = 10;
      counters.steals = thread;
      recorder.closeWindow(-1, task, 2);
    }
    const counters = reader.counters(2);
    assert.deepEqual(Object.keys(counters), ['mmap_lock']);
    assert.equal(counters.mmap_lock?.acquisitions, 20);
    assert.equal(counters.mmap_lock.steals, 1);
  });
});
