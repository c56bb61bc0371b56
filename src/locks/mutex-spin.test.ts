import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { visit, type Visit } from './lock-check.test-support.js';
import { mutexNoSpin } from './mutex-nospin.js';
import { mutexSpin } from './mutex-spin.js';

const behind = (runs: boolean): readonly Visit[] => [
  { at: 0, mode: 'write', hold: 20_000, runs },
  { at: 2000, mode: 'write', hold: 1000 },
];

describe('mutex-spin', () => {
  it('spins while the owner runs, and does not begin to while it sleeps', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const running = visit(mutexSpin, behind(true), { seed }).counts[1];
      assert.deepEqual([running?.spins, running?.sleeps], [1, 0]);
      const sleeping = visit(mutexSpin, behind(false), { seed }).counts[1];
      assert.deepEqual([sleeping?.spins, sleeping?.sleeps], [0, 1]);
      const without = visit(mutexNoSpin, behind(true), { seed }).counts[1];
      assert.deepEqual([without?.spins, without?.sleeps], [0, 1]);
    }
  });

  it('stops spinning when the owner goes to sleep', () => {
    const { order, counts } = visit(mutexSpin, [
      { at: 0, mode: 'write', hold: 20_000, runs: true, thenSleeps: 20_000 },
      { at: 2000, mode: 'write', hold: 1000 },
    ]);
    assert.deepEqual(order, ['0w', '1w']);
    assert.deepEqual([counts[1]?.spins, counts[1]?.sleeps], [1, 1]);
  });

  it('lets a spinner pass a sleeper, and the sleeper in afterwards', () => {
    let steals = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { order, counts } = visit(
        mutexSpin,
        [
          { at: 0, mode: 'write', hold: 10_000 },
          { at: 1000, mode: 'write', hold: 1000 },
          { at: 10_050, mode: 'write', hold: 1000, runs: true },
        ],
        { seed },
      );
      if (order[1] === '2w') steals++;
      assert.equal(order.length, 3);
      assert.ok((counts[1]?.sleeps ?? 0) >= 1);
    }
    assert.ok(steals > 0);
  });
});
