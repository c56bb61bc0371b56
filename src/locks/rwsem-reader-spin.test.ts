import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lockBase, visit, type Visit } from './lock-check.test-support.js';
import { rwsemHandoff } from './rwsem-handoff.js';
import { noReaderSpins, noWriterSpins } from './rwsem-modern.js';
import { rwsemReaderSpin } from './rwsem-reader-spin.js';

const ownerWord = lockBase + 1;

/** A reader that comes while a writer is inside and runs. */
const behindWriter: readonly Visit[] = [
  { at: 0, mode: 'write', hold: 20_000, runs: true },
  { at: 2000, mode: 'read', hold: 1000 },
];

/** A writer spins in vain for readers that stay long, and gets in; then readers come to a writer that runs. */
const longReaders: readonly Visit[] = [
  { at: 0, mode: 'read', hold: 100_000, runs: true },
  { at: 1000, mode: 'write', hold: 50_000, runs: true },
  { at: 120_000, mode: 'read', hold: 1000 },
];

describe('rwsem-reader-spin', () => {
  it('lets a reader spin for a writer that runs, where today’s sleeps', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const then = visit(rwsemReaderSpin, behindWriter, { seed });
      assert.deepEqual(then.order, ['0w', '1r']);
      assert.deepEqual([then.counts[1]?.spins, then.counts[1]?.sleeps], [1, 0]);
      const today = visit(rwsemHandoff, behindWriter, { seed });
      assert.deepEqual(today.order, ['0w', '1r']);
      assert.deepEqual([today.counts[1]?.spins, today.counts[1]?.sleeps], [0, 1]);
    }
  });

  it('keeps readers from spinning once writers have found that readers stay too long', () => {
    let forbidden = 0;
    const { order, counts, machine } = visit(rwsemReaderSpin, longReaders, {
      onStep: (cpu, { name, word }) => {
        if (name !== 'cas' || word !== ownerWord) return;
        forbidden = cpu.memory.get(word) & (noReaderSpins | noWriterSpins);
      },
    });
    assert.equal(forbidden, noReaderSpins | noWriterSpins);
    assert.deepEqual(order, ['0r', '1w', '2r']);
    assert.deepEqual([counts[2]?.spins, counts[2]?.sleeps], [0, 1]);
    // It was lifted when the writer left, and that reader came in by being woken.
    assert.equal(machine.memory.get(ownerWord) & noReaderSpins, 0);
  });

  it('lets readers pass queued writers by spinning', () => {
    let steals = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const { order, counts } = visit(
        rwsemReaderSpin,
        [
          { at: 0, mode: 'write', hold: 20_000 },
          { at: 1000, mode: 'write', hold: 1000 },
          { at: 20_100, mode: 'read', hold: 1000 },
        ],
        { seed },
      );
      steals += counts[2]?.steals ?? 0;
      assert.equal(order.indexOf('2r') < order.indexOf('1w'), counts[2]?.steals === 1);
    }
    assert.ok(steals > 0 && steals < 50, `${steals}`);
  });
});
