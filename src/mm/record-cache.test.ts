import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import { RecordCache } from './record-cache.js';

const threads = 3;
const wanted = 20;

function world(seed: number): { machine: Interleaver; cache: RecordCache } {
  const layout = new Layout();
  const cache = new RecordCache(layout, wanted, 16, 3, threads, threads);
  return { cache, machine: new Interleaver({ threads, words: layout.words, seed }) };
}

describe('RecordCache', () => {
  it('never gives one record to two, and finds all again, whoever gives them back', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { machine, cache } = world(seed);
      const handed: number[] = [];
      const held = new Set<number>();
      const program = function* (cpu: Cpu): Steps<number> {
        for (let round = 0; round < 40; round++) {
          if (cpu.random.below(2) === 0) {
            const record: number = yield cache.take(cpu);
            if (record === 0) continue;
            assert.ok(!held.has(record), `record ${record} was taken twice`);
            assert.ok(Number.isInteger(cache.index(record)));
            held.add(record);
            handed.push(record);
          } else {
            const record = handed.shift();
            if (record === undefined) continue;
            held.delete(record);
            yield cache.give(cpu, record);
          }
        }
        return 0;
      };
      machine.run([program, program, program]);
      assert.equal(cache.used(machine.memory), held.size);
    }
  });

  it('has as many as were wanted for one thread, and then says so', () => {
    const { machine, cache } = world(1);
    const [taken] = machine.run([
      function* (cpu): Steps<number> {
        let count = 0;
        while ((yield cache.take(cpu)) !== 0) count++;
        return count;
      },
    ]);
    assert.ok((taken ?? 0) >= wanted);
    assert.equal(taken, cache.capacity);
  });
});
