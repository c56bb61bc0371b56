import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineQueue } from './line-queue.js';

const threads = 8;
const record = 5;

/** Takes everything out: threads by index, spinners as 's', and behind each thread those that come with it. */
function taken(queue: LineQueue): string {
  const order: string[] = [];
  while (!queue.isEmpty(record)) {
    const element = queue.take(record);
    if (element >= threads) {
      order.push('s');
      continue;
    }
    let group = String(element);
    for (let each = queue.behind(element); each !== -1; each = queue.behind(each)) {
      group += `+${each}`;
    }
    order.push(group);
  }
  return order.join(' ');
}

test('who waits for a line is served in the order of coming', () => {
  const queue = new LineQueue(threads, 2);
  queue.addWriter(record, 3);
  queue.addReader(record, 1, -1);
  queue.addWriter(record, 0);
  assert.equal(taken(queue), '3 1 0');
});

test('readers of one cluster cross as one, at the place of the first', () => {
  const queue = new LineQueue(threads, 2);
  queue.addReader(record, 2, 1);
  queue.addWriter(record, 3);
  queue.addReader(record, 4, 0);
  queue.addReader(record, 5, 1);
  queue.addReader(record, 6, 1);
  assert.equal(taken(queue), '2+5+6 3 4');
});

test('a reader that comes when its cluster’s turn has come waits for another', () => {
  const queue = new LineQueue(threads, 2);
  queue.addReader(record, 2, 1);
  assert.equal(queue.take(record), 2);
  queue.closeGroup(record, 1);
  queue.addReader(record, 5, 1);
  queue.addReader(record, 2, 1);
  assert.equal(taken(queue), '5+2');
});

test('the spinners of a line stand in its queue once, however often it is written', () => {
  const queue = new LineQueue(threads, 1);
  queue.addSpinners(record);
  queue.addWriter(record, 1);
  queue.addSpinners(record);
  assert.equal(taken(queue), 's 1');
  queue.addSpinners(record);
  assert.equal(taken(queue), 's', 'and again once their turn is over');
});

test('lines do not mix, and growing keeps what waits', () => {
  const queue = new LineQueue(threads, 2);
  queue.addWriter(record, 1);
  queue.addReader(record + 1, 2, 0);
  queue.addSpinners(record);
  queue.grow(5000);
  queue.addWriter(4999, 3);
  assert.equal(taken(queue), '1 s');
  assert.equal(queue.take(record + 1), 2);
  assert.equal(queue.take(4999), 3);
  assert.ok(queue.isEmpty(record + 1) && queue.isEmpty(4999));
});
