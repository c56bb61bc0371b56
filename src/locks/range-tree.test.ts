import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { visitRanges } from './range-check.test-support.js';
import { rangeTree } from './range-tree.js';

const visit = (start: number, end: number, write: number, at: number, hold = 20_000) => ({
  start,
  end,
  write,
  at,
  hold,
});

describe('range-tree', () => {
  it('is first come, first served among ranges that overlap, so a waiter holds up what is behind it', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { order } = visitRanges({ definition: rangeTree, seed }, [
        visit(0, 4, 1, 0),
        visit(3, 8, 1, 2000),
        // Free, but the one before it waits for the first.
        visit(7, 9, 1, 4000),
        visit(20, 21, 1, 6000),
      ]);
      assert.deepEqual(order, [0, 3, 1, 2]);
    }
  });

  it('makes a reader wait for a writer that waits, and lets it in with the readers behind that', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { order } = visitRanges({ definition: rangeTree, seed }, [
        visit(0, 4, 0, 0),
        visit(0, 4, 1, 2000),
        visit(2, 4, 0, 4000),
        visit(0, 3, 0, 6000),
      ]);
      assert.deepEqual([...order.slice(0, 2), ...order.slice(2).sort()], [0, 1, 2, 3]);
    }
  });
});
