import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LockRecord } from '../locks/lock-record.js';
import { WordLock } from '../locks/word-lock.js';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import { frameRecord } from './frame.js';
import { Frames, listShape } from './frames.js';
import { firstFrame } from './page-entry.js';

function setUp(count: number, threads: number, seed = 1): { frames: Frames; machine: Interleaver } {
  const layout = new Layout();
  const lock = new WordLock(new LockRecord(layout, threads), 'zone');
  const frames = new Frames(layout, count, threads, threads, lock);
  const machine = new Interleaver({ threads, words: layout.words, seed });
  frames.initialise(machine.memory);
  return { frames, machine };
}

/** All free frames, sorted; every frame must be there once. */
function free({ frames, machine }: { frames: Frames; machine: Interleaver }): number[] {
  const found: number[] = [];
  frames.eachFree(machine.memory, (frame) => found.push(frame));
  return found.sort((a, b) => a - b);
}

const all = (count: number): number[] => Array.from({ length: count }, (_, i) => firstFrame + i);

describe('frames', () => {
  it('come back to the same CPU last in, first out', () => {
    const { frames, machine } = setUp(400, 1);
    const order: number[] = [];
    machine.run([
      function* (cpu: Cpu): Steps {
        const first = yield frames.allocate(cpu);
        const second = yield frames.allocate(cpu);
        yield frames.put(cpu, first, 1);
        yield frames.put(cpu, second, 1);
        order.push(first, second, yield frames.allocate(cpu), yield frames.allocate(cpu));
      },
    ]);
    const [first, second, third, fourth] = order;
    assert.deepEqual([third, fourth], [second, first]);
  });

  it('are all given out and all come back, whatever the order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(1000),
        (count, threads, seed) => {
          const world = setUp(count, threads, seed);
          const { frames, machine } = world;
          const most = Math.floor(count / threads);
          const program = function* (cpu: Cpu): Steps<number> {
            const mine: number[] = [];
            for (let step = 0; step < 60; step++) {
              if (cpu.random.below(2) === 0 && mine.length < most) {
                const frame = yield frames.allocate(cpu);
                if (frame !== 0) mine.push(frame);
              } else {
                const frame = mine.splice(cpu.random.below(mine.length), 1)[0];
                if (frame !== undefined) yield frames.put(cpu, frame, 1);
              }
            }
            for (const frame of mine) yield frames.put(cpu, frame, 1);
            return mine.length;
          };
          machine.run(Array.from({ length: threads }, () => program));
          assert.deepEqual(free(world), all(count));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('run out with 0, one thread having them all', () => {
    const world = setUp(100, 1);
    const { frames, machine } = world;
    const given = new Set<number>();
    machine.run([
      function* (cpu: Cpu): Steps {
        for (let count = 0; count < 100; count++) given.add(yield frames.allocate(cpu));
        assert.equal(yield frames.allocate(cpu), 0);
        assert.deepEqual(free(world), []);
        for (const frame of given) yield frames.put(cpu, frame, 1);
      },
    ]);
    assert.deepEqual(
      [...given].sort((a, b) => a - b),
      all(100),
    );
    assert.deepEqual(free(world), all(100));
  });

  it('go back with the last reference, and cannot be taken hold of afterwards', () => {
    const { frames, machine } = setUp(10, 1);
    machine.run([
      function* (cpu: Cpu): Steps {
        const frame = yield frames.allocate(cpu);
        yield frames.get(cpu, frame);
        assert.equal(yield frames.tryGet(cpu, frame), 1);
        assert.equal(yield frames.put(cpu, frame, 2), 0);
        assert.equal(machine.memory.get(frames.record(frame) + frameRecord.references), 1);
        assert.equal(yield frames.put(cpu, frame, 1), 1);
        assert.equal(yield frames.tryGet(cpu, frame), 0);
      },
    ]);
  });

  it('pile up on a CPU only to its share of a small memory', () => {
    for (const frames of [1, 10, 100, 1000, 100_000]) {
      for (const members of [1, 4, 64]) {
        const { batch, high } = listShape(frames, members);
        assert.ok(batch >= 1 && batch <= 64 && high >= 2 && high <= 384 && batch <= high);
        assert.ok(members * high <= Math.max(frames / 4, 2 * members));
      }
    }
  });
});
