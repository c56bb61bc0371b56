import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import type { Steps } from '../machine/steps.js';
import { lockBase } from './lock-check.test-support.js';
import { BackoffLock } from './tas-backoff.js';
import { TasLock, type TestAndSetLock } from './tas.js';
import { TtasLock } from './ttas.js';

/** What a waiter does to the word while another holds the lock for 20 turns of its own. */
function stepsOfWaiter(lock: TestAndSetLock): string[] {
  const steps: string[] = [];
  const machine = new Interleaver({
    threads: 2,
    words: lockBase + 32,
    schedule: 'round-robin',
    onStep: (cpu, { name, word }) => {
      if (cpu.id === 1 && word === lockBase) steps.push(name);
    },
  });
  machine.run([
    function* (cpu: Cpu): Steps {
      yield lock.lock(cpu);
      for (let turn = 0; turn < 20; turn++) yield cpu.pause();
      yield lock.unlock(cpu);
    },
    (cpu) => lock.lock(cpu),
  ]);
  return steps;
}

describe('locks of one word', () => {
  it('tas: every turn of a waiter is an exchange', () => {
    const exchanges = stepsOfWaiter(new TasLock(lockBase)).filter((name) => name === 'swap');
    assert.ok(exchanges.length > 5, `${exchanges.length}`);
  });

  it('ttas, tas-backoff: a waiter reads until the lock is released, and then tries once', () => {
    for (const Lock of [TtasLock, BackoffLock]) {
      assert.deepEqual(stepsOfWaiter(new Lock(lockBase)), ['swap', 'awaitChange', 'swap']);
    }
  });

  it('tas-backoff: the bound of the delay doubles with each attempt in vain, up to the last', () => {
    const lock = new BackoffLock(lockBase, 50, 400);
    const machine = new Interleaver({
      threads: 2,
      words: lockBase + 32,
      // Frees the lock, lets the waiter see it, takes the lock again, and lets the waiter try.
      schedule: Array.from({ length: 6 }, () => [0, 1, 0, 1]).flat(),
    });
    machine.memory.set(lockBase, 1);
    const waiter = machine.cpus[1];
    assert.ok(waiter);
    const bounds: number[] = [];
    waiter.random.below = (bound) => {
      bounds.push(bound);
      return bound - 1;
    };
    const before = machine.now;
    machine.run([
      function* (cpu: Cpu): Steps {
        for (let round = 0; round < 6; round++) {
          yield cpu.store(lockBase, 0);
          yield cpu.store(lockBase, 1);
          yield cpu.work(500);
        }
        yield cpu.store(lockBase, 0);
      },
      (cpu) => lock.lock(cpu),
    ]);
    assert.deepEqual(bounds.slice(0, 3), [50, 100, 200]);
    assert.ok(bounds.slice(3).every((bound) => bound === 400));
    assert.equal(waiter.count.retries, bounds.length);
    assert.ok(machine.now - before >= bounds.reduce((sum, bound) => sum + bound, 0));
  });
});
