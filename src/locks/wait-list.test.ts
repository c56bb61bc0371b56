import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import type { Steps } from '../machine/steps.js';
import { WaitList, waitListWords } from './wait-list.js';

const base = 32;
const threads = 4;

const machineOf = (seed: number): Interleaver =>
  new Interleaver({
    threads,
    words: base + waitListWords(threads),
    seed,
    deviations: { spuriousWake: 0.3, earlyReturn: 0.3 },
  });

/** Asserts that the list, which is locked, holds these entries in this order. */
function* assertHolds(cpu: Cpu, list: WaitList, entries: readonly number[]): Steps {
  let entry = yield list.head(cpu);
  for (const expected of entries) {
    assert.equal(entry, expected);
    assert.equal(yield list.kind(cpu, entry), 10 + entry);
    entry = yield list.next(cpu, entry);
  }
  assert.equal(entry, 0);
}

function assertIdle(machine: Interleaver): void {
  for (const [offset, value] of WaitList.idle(base)) {
    assert.equal(machine.memory.get(offset), value, `word ${offset}`);
  }
}

describe('WaitList', () => {
  it('holds who queued, first come first, whoever is taken out of its middle', () => {
    let middle = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const list = new WaitList(base);
      const machine = machineOf(seed);
      const queued: number[] = [];
      const program = function* (cpu: Cpu): Steps {
        const me = cpu.id + 1;
        for (let round = 0; round < 12; round++) {
          yield list.lock(cpu);
          const position = queued.indexOf(me);
          if (position === -1) {
            assert.equal(yield list.append(cpu, 10 + me), queued.at(-1) ?? 0);
            queued.push(me);
          } else {
            if (position > 0 && position < queued.length - 1) middle++;
            queued.splice(position, 1);
            assert.equal(yield list.remove(cpu, me), queued.length === 0 ? 1 : 0);
          }
          yield assertHolds(cpu, list, queued);
          yield list.unlock(cpu);
        }
      };
      machine.run(machine.cpus.map(() => program));
      assertIdle(machine);
    }
    assert.ok(middle > 300);
  });

  it('loses no wake-up, and lets nobody go who was not told to', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const list = new WaitList(base);
      const machine = machineOf(seed);
      const told = new Set<number>();
      const waiter = function* (cpu: Cpu): Steps {
        for (let round = 0; round < 6; round++) {
          yield list.lock(cpu);
          yield list.append(cpu, 1);
          yield list.unlock(cpu);
          yield list.sleepUntilAwake(cpu);
          assert.ok(told.delete(cpu.id + 1), `thread ${cpu.id} went on untold (seed ${seed})`);
        }
      };
      const waker = function* (cpu: Cpu): Steps {
        for (let left = 6 * (threads - 1); left > 0;) {
          yield list.lock(cpu);
          const entry = yield list.head(cpu);
          if (entry !== 0) {
            yield list.remove(cpu, entry);
            told.add(entry);
            yield list.rouse(cpu, entry);
            left--;
          }
          yield list.unlock(cpu);
        }
      };
      machine.run([waker, waiter, waiter, waiter]);
      assertIdle(machine);
    }
  });

  it('does not sleep if it was told to go on since it prepared to', () => {
    const list = new WaitList(base);
    const machine = new Interleaver({ threads: 2, words: base + waitListWords(2), seed: 1 });
    // A sleep that nobody ends would be a deadlock.
    assert.doesNotThrow(() =>
      machine.run([
        function* (cpu: Cpu): Steps {
          yield list.prepare(cpu);
          yield list.rouse(cpu, 1);
          yield list.sleep(cpu);
        },
      ]),
    );
  });

  it('is not locked by trying while another has it locked', () => {
    const list = new WaitList(base);
    const machine = new Interleaver({ threads: 2, words: base + waitListWords(2), seed: 1 });
    const [free] = machine.run([(cpu) => list.tryLock(cpu)]);
    const [, taken] = machine.run([function* () {}, (cpu) => list.tryLock(cpu)]);
    machine.run([(cpu) => list.unlock(cpu)]);
    const [, again] = machine.run([function* () {}, (cpu) => list.tryLock(cpu)]);
    assert.deepEqual([free, taken, again], [1, 0, 1]);
  });
});
