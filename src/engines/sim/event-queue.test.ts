import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventQueue } from './event-queue.js';

/** What a queue is told: set a slot's time, or take its event back, or take the earliest out. */
const action = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), slot: fc.nat(30), time: fc.nat(12) }),
  fc.record({ kind: fc.constant('cancel' as const), slot: fc.nat(30), time: fc.constant(0) }),
  fc.record({ kind: fc.constant('pop' as const), slot: fc.constant(0), time: fc.constant(0) }),
);

test('events come in order of time, and of slot where times are equal, whatever is moved or taken back', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const queue = new EventQueue(4);
      queue.grow(31);
      const model = new Map<number, number>();
      const earliest = (): readonly [number, number] | undefined =>
        [...model].sort(([a, ta], [b, tb]) => ta - tb || a - b)[0];
      for (const { kind, slot, time } of actions) {
        if (kind === 'set') {
          queue.set(slot, time);
          model.set(slot, time);
        } else if (kind === 'cancel') {
          queue.cancel(slot);
          model.delete(slot);
        } else {
          const expected = earliest();
          if (expected === undefined) continue;
          assert.equal(queue.pop(), expected[0]);
          model.delete(expected[0]);
        }
        assert.equal(queue.nextTime, earliest()?.[1] ?? Infinity);
        for (const [each, due] of model) {
          assert.ok(queue.has(each));
          assert.equal(queue.timeOf(each), due);
        }
      }
    }),
  );
});
