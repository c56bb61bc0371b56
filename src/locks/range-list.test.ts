import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Interleaver } from '../machine/interleaver.js';
import type { RangeDefinition } from './definition.js';
import { allDeviations, lockBase } from './lock-check.test-support.js';
import { checkRanges, visitRanges } from './range-check.test-support.js';
import { RangeList, rangeList } from './range-list.js';

/** As it is, with so few nodes that they are used anew all the time. */
const scarce = (pool: number): RangeDefinition => ({
  ...rangeList,
  create: (base, threads) => new RangeList(base, threads, pool),
});

/** Nodes in the list: how many are held, and how many released but not yet taken out. */
function listed(machine: Interleaver, threads: number): { held: number; released: number } {
  const { memory } = machine;
  const count = { held: 0, released: 0 };
  let link = memory.get(lockBase);
  if ((link & 1) !== 0) return { held: 1, released: 0 };
  while (link >> 1 !== 0) {
    link = memory.get(lockBase + 16 * (1 + threads) + ((link >> 1) - 1) * 16 + 2);
    if ((link & 1) === 0) count.held++;
    else count.released++;
  }
  return count;
}

const visit = (start: number, end: number, write: number, at: number, hold = 20_000) => ({
  start,
  end,
  write,
  at,
  hold,
});

describe('range-list', () => {
  it('uses released nodes anew only when nobody can see them any more', () => {
    let acquired = 0;
    for (const pool of [1, 2, 3]) {
      for (let seed = 1; seed <= 400; seed++) {
        const { acquired: times, machine } = checkRanges({
          definition: scarce(pool),
          threads: 2 + (seed % 3),
          rounds: 15,
          seed,
          deviations: seed % 2 === 0 ? allDeviations : {},
        });
        acquired += times;
        assert.equal(listed(machine, 2 + (seed % 3)).held, 0, `seed ${seed}`);
      }
    }
    assert.ok(acquired > 40_000);
  });

  it('takes a range that is alone with one step on the head, and gives it back with one', () => {
    const changes: string[] = [];
    visitRanges(
      {
        definition: rangeList,
        seed: 1,
        onStep: (_cpu, { name, word }) => {
          if (word === lockBase && name !== 'load') changes.push(name);
        },
      },
      [visit(0, 8, 1, 0), visit(0, 8, 0, 50_000)],
    );
    assert.deepEqual(changes, ['cas', 'cas', 'cas', 'cas']);
  });

  it('only marks a range that is not alone; whoever walks by takes it out', () => {
    const { machine } = visitRanges({ definition: rangeList, seed: 1 }, [
      visit(0, 4, 1, 0),
      visit(8, 12, 1, 2000),
    ]);
    assert.deepEqual(listed(machine, 2), { held: 0, released: 2 });
    const walked = visitRanges({ definition: rangeList, seed: 1 }, [
      visit(0, 4, 1, 0),
      visit(8, 12, 1, 2000),
      visit(16, 20, 1, 60_000),
    ]);
    assert.deepEqual(listed(walked.machine, 3), { held: 0, released: 1 });
  });

  it('lets in what is free, whoever waits before it', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { order } = visitRanges({ definition: rangeList, seed }, [
        visit(0, 4, 1, 0),
        visit(3, 8, 1, 2000),
        visit(7, 9, 1, 4000, 5000),
      ]);
      assert.deepEqual(order, [0, 2, 1]);
    }
  });

  it('makes a writer begin anew when a reader came in behind its back', () => {
    let retries = 0;
    for (let seed = 1; seed <= 1000; seed++) {
      const { counters } = checkRanges({ definition: rangeList, threads: 4, rounds: 8, seed });
      for (const count of counters) retries += count.retries;
    }
    assert.ok(retries > 10, `${retries}`);
  });
});
