import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition } from './definition.js';
import { allDeviations, lockBase, machineFor } from './lock-check.test-support.js';
import { checkRanges, rangeDefinitions } from './range-check.test-support.js';

function explore(definition: RangeDefinition, seeds: number): void {
  let acquired = 0;
  let shared = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const outcome = checkRanges({
      definition,
      threads: 2 + (seed % 3),
      rounds: 8,
      seed,
      deviations: seed % 2 === 0 ? allDeviations : {},
    });
    acquired += outcome.acquired;
    shared += outcome.shared;
  }
  assert.ok(acquired > seeds * 16 && shared > seeds, `${acquired} acquired, ${shared} shared`);
}

/** Excludes nobody. */
const broken: RangeDefinition = {
  name: 'broken',
  kind: 'range',
  sleeps: true,
  fair: false,
  words: () => 16,
  create: (base) => ({
    *acquire(cpu: Cpu): Steps<number> {
      yield cpu.load(base);
      return 1;
    },
    *release(cpu: Cpu): Steps {
      yield cpu.load(base);
    },
  }),
};

describe('range locks', () => {
  for (const definition of rangeDefinitions) {
    it(`${definition.name} excludes what conflicts and lets in the rest, in 2,000 interleavings`, () => {
      explore(definition, 2000);
    });

    it(`${definition.name} lets ranges beside each other, and readers of one range, in together`, () => {
      for (const [first, second, together] of [
        [[0, 4, 1], [4, 8, 1], 1],
        [[0, 8, 0], [4, 12, 0], 1],
        [[0, 5, 1], [4, 8, 1], 0],
        [[0, 5, 0], [4, 8, 1], 0],
        [[3, 4, 1], [0, 9, 0], 0],
      ] as const) {
        const machine = machineFor({ definition, threads: 2, seed: 1 });
        const lock = definition.create(lockBase, 2);
        let inside = 0;
        let most = 0;
        const user = ([start, end, write]: readonly [number, number, number]) =>
          function* (cpu: Cpu): Steps {
            const handle = yield lock.acquire(cpu, start, end, write);
            most = Math.max(most, ++inside);
            yield cpu.sleep(10_000);
            inside--;
            yield lock.release(cpu, handle);
          };
        machine.run([user(first), user(second)]);
        assert.equal(most, 1 + together, `${String(first)} and ${String(second)}`);
      }
    });
  }

  it('are found broken when they are', () => {
    assert.throws(() => {
      explore(broken, 300);
    }, /of cpu/);
  });
});
