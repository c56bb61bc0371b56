import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import type { Steps } from '../machine/steps.js';
import { explore, lockBase } from './lock-check.test-support.js';
import { ParavirtualTicketLock, ticketPv } from './ticket-pv.js';

const threads = 3;
const spinNs = 200;

/** Three threads come in order and hold the lock for so long; gives what was seen. */
function run(holdNs: number) {
  const lock = new ParavirtualTicketLock(lockBase, threads, spinNs);
  const order: number[] = [];
  const kicked: number[] = [];
  const machine = new Interleaver({
    threads,
    words: lockBase + ticketPv.words(threads),
    schedule: 'round-robin',
    onStep: (_cpu, { name, word }) => {
      if (name === 'wake') kicked.push((word - lockBase) / 16 - 1);
    },
  });
  const program = function* (cpu: Cpu): Steps {
    yield lock.lock(cpu);
    order.push(cpu.id);
    yield cpu.work(holdNs);
    yield lock.unlock(cpu);
  };
  machine.run([program, program, program]);
  const sleeps = machine.cpus.map(({ count }) => count.sleeps);
  return { order, kicked, sleeps, next: machine.memory.get(lockBase) };
}

describe('ticket-pv', () => {
  it('halts a waiter that has spun for long enough, and kicks it when its ticket is served', () => {
    const { order, kicked, sleeps, next } = run(10_000);
    assert.deepEqual(order, [0, 1, 2]);
    assert.deepEqual(sleeps, [0, 1, 1]);
    assert.deepEqual(kicked, [1, 2]);
    assert.equal(next, 6, 'three tickets, and nobody halted');
  });

  it('neither halts nor kicks while waits are short', () => {
    const { order, kicked, sleeps } = run(20);
    assert.deepEqual(order, [0, 1, 2]);
    assert.deepEqual(sleeps, [0, 0, 0]);
    assert.deepEqual(kicked, []);
  });

  it('loses nobody whatever the moment of the halt', () => {
    const impatient = {
      ...ticketPv,
      create: (base: number, of: number) => new ParavirtualTicketLock(base, of, 20),
    };
    assert.ok(explore(impatient, 2000) > 20_000);
  });
});
