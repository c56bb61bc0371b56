import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import type { Steps } from '../machine/steps.js';
import { cna, CompactNumaSpinlock } from './cna.js';
import { explore, lockBase } from './lock-check.test-support.js';

/** Threads 0, 2, 4, 6 run on one socket, 1, 3, 5, 7 on the other. */
const threads = 8;

/** All come one after another while thread 0 holds the lock, and hold it for so long; the order of service. */
function orderOf(lock: CompactNumaSpinlock, holdNs: number, rounds = 1): number[] {
  const served: number[] = [];
  const machine = new Interleaver({
    threads,
    nodes: 2,
    words: lockBase + cna.words(threads),
    schedule: 'round-robin',
  });
  machine.run(
    machine.cpus.map(() => {
      return function* (cpu: Cpu): Steps {
        yield cpu.work(cpu.id * 1000);
        for (let round = 0; round < rounds; round++) {
          yield lock.lock(cpu);
          served.push(cpu.id);
          yield cpu.work(cpu.id === 0 && round === 0 ? 10_000 : holdNs);
          yield lock.unlock(cpu);
        }
      };
    }),
  );
  assert.equal(machine.memory.get(lockBase), 0);
  return served;
}

describe('cna', () => {
  it('serves its own socket first, and the others when nobody of it waits', () => {
    // 1 waits on the pending bit, so 2 is the first head: it puts 3 and 5 aside, but not 7, the last.
    assert.deepEqual(orderOf(new CompactNumaSpinlock(lockBase, 1e6, 1), 100), [
      ...[0, 1, 2, 4, 6],
      ...[7, 3, 5],
    ]);
  });

  it('keeps the order of arrival while it does not put aside', () => {
    const lock = new CompactNumaSpinlock(lockBase, 1e6, 2 ** 31);
    assert.deepEqual(orderOf(lock, 100), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('lets in those who stood aside when their time has come', () => {
    const order = orderOf(new CompactNumaSpinlock(lockBase, 5000, 1), 2000);
    assert.deepEqual(order.slice(0, 3), [0, 1, 2]);
    assert.ok(order.indexOf(3) < order.indexOf(6), order.join());
    assert.ok(order.indexOf(5) === order.indexOf(3) + 1, order.join());
  });

  it('bounds how long a socket can keep the lock', () => {
    const longest = (order: number[]): number => {
      let run = 0;
      let most = 0;
      for (const [index, id] of order.entries()) {
        run = index > 0 && id % 2 === (order[index - 1] as number) % 2 ? run + 1 : 1;
        most = Math.max(most, run);
      }
      return most;
    };
    const patient = longest(orderOf(new CompactNumaSpinlock(lockBase, 1e9, 1), 100, 20));
    const hasty = longest(orderOf(new CompactNumaSpinlock(lockBase, 1000, 1), 100, 20));
    assert.ok(patient > 2 * hasty, `${patient} against ${hasty}`);
  });

  it('loses nobody, whoever is put aside and whenever that ends', () => {
    for (const [limitNs, oneIn] of [
      [0, 1],
      [200, 1],
      [1e9, 1],
      [1e9, 2],
    ] as const) {
      const eager = {
        ...cna,
        create: (base: number) => new CompactNumaSpinlock(base, limitNs, oneIn),
      };
      assert.ok(explore(eager, 1500, 2) > 15_000);
      assert.ok(explore(eager, 500, 3) > 5000);
    }
  });
});
