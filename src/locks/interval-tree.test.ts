import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lineWords } from '../machine/layout.js';
import { ArrayMemory } from '../machine/memory.js';
import { IntervalTree } from './interval-tree.js';

const entries = 24;

/** A tree, and the same intervals in a map. */
class Checked {
  readonly memory = new ArrayMemory(new Int32Array(lineWords * (1 + entries)));
  readonly tree = new IntervalTree(0, lineWords);
  readonly intervals = new Map<number, readonly [number, number]>();

  /** Entries that overlap, in the tree's order. */
  overlapping(start: number, end: number): number[] {
    return [...this.intervals]
      .filter(([, [from, to]]) => from < end && to > start)
      .sort(([a, [from]], [b, [other]]) => from - other || a - b)
      .map(([entry]) => entry);
  }

  found(start: number, end: number): number[] {
    const found: number[] = [];
    let entry = this.tree.overlap(this.memory, start, end, 0);
    while (entry !== 0) {
      found.push(entry);
      entry = this.tree.overlap(this.memory, start, end, entry);
    }
    return found;
  }
}

describe('IntervalTree', () => {
  it('finds exactly what overlaps, in order, whatever was put in and taken out', () => {
    const operation = fc.record({
      entry: fc.integer({ min: 1, max: entries }),
      start: fc.integer({ min: 0, max: 40 }),
      length: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const checked = new Checked();
        const { intervals, memory, tree } = checked;
        for (const { entry, start, length } of operations) {
          if (intervals.delete(entry)) {
            tree.remove(memory, entry);
          } else {
            intervals.set(entry, [start, start + length]);
            tree.insert(memory, entry, start, start + length);
          }
          const [from, to] = [start - 3, start + length + 3];
          assert.deepEqual(checked.found(from, to), checked.overlapping(from, to));
        }
        for (const entry of intervals.keys()) tree.remove(memory, entry);
        assert.equal(memory.get(0), 0);
      }),
      { numRuns: 500 },
    );
  });
});
