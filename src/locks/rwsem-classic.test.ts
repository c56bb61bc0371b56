import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition } from './definition.js';
import { allDeviations, lockBase, machineFor } from './lock-check.test-support.js';
import { activeMask, waitingBias, writeBias } from './rwsem-classic.js';
import { rwsemFifo } from './rwsem-fifo.js';
import { rwsemSpin } from './rwsem-spin.js';
import { rwsemSteal } from './rwsem-steal.js';

const generations: readonly ReadWriteDefinition[] = [rwsemFifo, rwsemSteal, rwsemSpin];

/** Words of the list's line: its guard, and its head. */
const guardWord = lockBase + 16;
const headWord = guardWord + 1;

describe('the count of the classic rwsems', () => {
  for (const definition of generations) {
    it(`${definition.name}: says so while somebody is queued, and counts everyone inside`, () => {
      let queued = 0;
      for (let seed = 1; seed <= 500; seed++) {
        const inside = { readers: 0, writers: 0 };
        const machine = machineFor({
          definition,
          threads: 4,
          seed,
          deviations: seed % 2 === 0 ? allDeviations : {},
          onStep: (cpu, { name, word }) => {
            const count = cpu.memory.get(lockBase);
            const active = count & activeMask;
            // A reader that is let in is counted before it is told, so it cannot leave uncounted.
            assert.ok(active >= inside.readers + inside.writers, `${count} (seed ${seed})`);
            if (inside.writers > 0) assert.ok(count < 0, `a writer inside ${count} (seed ${seed})`);
            if (name !== 'store' || word !== guardWord) return;
            // Whoever leaves the guarded list leaves a count that keeps arrivals from passing the queue.
            if (cpu.memory.get(headWord) === 0) return;
            queued++;
            assert.ok(count < 0, `${count} with somebody queued (seed ${seed})`);
          },
        });
        const lock = definition.create(lockBase, 4);
        const program = function* (cpu: Cpu): Steps {
          for (let round = 0; round < 8; round++) {
            if (cpu.random.below(2) === 0) {
              yield lock.writeLock(cpu);
              inside.writers++;
              yield cpu.work(50);
              inside.writers--;
              yield lock.writeUnlock(cpu);
            } else {
              yield lock.readLock(cpu);
              inside.readers++;
              yield cpu.work(50);
              inside.readers--;
              yield lock.readUnlock(cpu);
            }
          }
        };
        machine.run(machine.cpus.map(() => program));
        assert.equal(machine.memory.get(lockBase), 0);
      }
      assert.ok(queued > 500);
    });
  }

  it('is of 32 bits: a writer is one who is active and keeps others waiting', () => {
    assert.equal(writeBias, waitingBias + 1);
    assert.equal(writeBias & activeMask, 1);
    assert.equal(waitingBias & activeMask, 0);
  });
});
