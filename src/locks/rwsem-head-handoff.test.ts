import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { visit, type Visit } from './lock-check.test-support.js';
import { builtInLocks, lockNamed } from './registry.js';
import { rwsemHandoff } from './rwsem-handoff.js';

const named = (name: string) => lockNamed(builtInLocks, name);
const first = named('rwsem-head-handoff');

describe('rwsem-head-handoff', () => {
  it('lets no reader spin for a writer that runs, and no writer for readers', () => {
    const reader: readonly Visit[] = [
      { at: 0, mode: 'write', hold: 20_000, runs: true },
      { at: 2000, mode: 'read', hold: 1000 },
    ];
    const writer: readonly Visit[] = [
      { at: 0, mode: 'read', hold: 20_000, runs: true },
      { at: 2000, mode: 'write', hold: 1000, runs: true },
    ];
    for (const visits of [reader, writer]) {
      const { counts } = visit(first, visits);
      assert.deepEqual([counts[1]?.spins, counts[1]?.sleeps], [0, 1]);
    }
    assert.equal(visit(rwsemHandoff, writer).counts[1]?.spins, 1);
  });

  it('lets a writer spin for a writer that runs', () => {
    const { counts } = visit(first, [
      { at: 0, mode: 'write', hold: 20_000, runs: true },
      { at: 2000, mode: 'write', hold: 1000, runs: true },
    ]);
    assert.deepEqual([counts[1]?.spins, counts[1]?.sleeps], [1, 0]);
  });

  it('lets in the readers before the first queued writer, or all that are queued', () => {
    const queue: readonly Visit[] = [
      { at: 0, mode: 'write', hold: 50_000 },
      { at: 2000, mode: 'read', hold: 10_000 },
      { at: 4000, mode: 'write', hold: 1000 },
      { at: 6000, mode: 'read', hold: 10_000 },
    ];
    assert.deepEqual(visit(first, queue).order, ['0w', '1r', '2w', '3r']);
    const all = visit(named('rwsem-head-handoff-all'), queue).order;
    assert.deepEqual(all.slice(0, 3).sort(), ['0w', '1r', '3r']);
  });

  it('keeps the lock for the head of the queue after one wake-up in vain, or after 4 ms', () => {
    const handoffs = (name: string): number => {
      let count = 0;
      for (let seed = 1; seed <= 50; seed++) {
        const { counts } = visit(
          named(name),
          [
            { at: 0, mode: 'write', hold: 10_000 },
            { at: 2000, mode: 'write', hold: 1000 },
            { at: 10_050, mode: 'write', hold: 50_000 },
          ],
          { seed },
        );
        count += counts.reduce((sum, { handoffs: mine }) => sum + mine, 0);
      }
      return count;
    };
    assert.ok(handoffs('rwsem-head-handoff-always') > 0);
    assert.equal(handoffs('rwsem-head-handoff'), 0);
  });
});
