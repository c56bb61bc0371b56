import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import {
  allDeviations,
  checkLock,
  lockBase,
  machineFor,
  mixes,
  readWriteLock,
  visit,
  type Mix,
} from './lock-check.test-support.js';
import { percpuRwsem, percpuRwsemOf } from './percpu-rwsem.js';

const graceNs = 5_000_000;

describe('percpu-rwsem', () => {
  it('excludes, with grace periods so short that readers are now fast and now slow', () => {
    let reads = 0;
    for (const grace of [0, 300, 100_000]) {
      for (let seed = 1; seed <= 600; seed++) {
        const outcome = checkLock({
          definition: percpuRwsemOf(grace),
          threads: 2 + (seed % 3),
          rounds: 8,
          seed,
          mix: mixes[seed % mixes.length] as Mix,
          deviations: seed % 2 === 0 ? allDeviations : {},
        });
        reads += outcome.reads;
      }
    }
    assert.ok(reads > 1000);
  });

  it('lets readers in and out without a change to any line but their own', () => {
    const shared: string[] = [];
    const counts = lockBase + percpuRwsem.words(2) - 2 * 16;
    visit(
      percpuRwsem,
      [
        { at: 0, mode: 'read', hold: 1000 },
        { at: 500, mode: 'read', hold: 1000 },
      ],
      {
        onStep: (cpu, { name, word }) => {
          if (word === -1 || name === 'load' || name === 'get') return;
          if (word !== counts + cpu.id * 16) shared.push(`${name} ${word}`);
        },
      },
    );
    assert.deepEqual(shared, []);
  });

  it('makes the first writer wait for a grace period, and those after it only once readers are fast again', () => {
    const machine = machineFor({ definition: percpuRwsem, threads: 1, seed: 1 });
    const lock = readWriteLock(percpuRwsem, 1);
    const waits: number[] = [];
    function* write(cpu: Cpu): Steps {
      const began = machine.now;
      yield lock.writeLock(cpu);
      waits.push(machine.now - began);
      yield lock.writeUnlock(cpu);
    }
    machine.run([
      function* (cpu: Cpu): Steps {
        yield write(cpu);
        yield write(cpu);
        yield cpu.sleep(0.9 * graceNs);
        yield write(cpu);
        yield cpu.sleep(1.1 * graceNs);
        // The first reader after the window makes readers fast again.
        yield lock.readLock(cpu);
        yield lock.readUnlock(cpu);
        yield write(cpu);
      },
    ]);
    assert.deepEqual(
      waits.map((wait) => wait >= graceNs),
      [true, false, false, true],
    );
  });

  it('makes writers who come during the grace period wait for its end', () => {
    const { order, machine } = visit(percpuRwsem, [
      { at: 0, mode: 'write', hold: 1000 },
      { at: 0.5 * graceNs, mode: 'write', hold: 1000 },
      { at: 0.6 * graceNs, mode: 'read', hold: 1000 },
    ]);
    assert.deepEqual(order[0], '2r');
    assert.ok(machine.now > graceNs && machine.now < 1.1 * graceNs);
  });

  it('lets in those who sleep in order: readers up to the first writer, then that writer', () => {
    const { order, counts } = visit(percpuRwsem, [
      { at: 0, mode: 'write', hold: 50_000 },
      { at: graceNs + 2000, mode: 'read', hold: 10_000 },
      { at: graceNs + 4000, mode: 'write', hold: 10_000 },
      { at: graceNs + 6000, mode: 'read', hold: 10_000 },
    ]);
    assert.deepEqual(order, ['0w', '1r', '2w', '3r']);
    assert.equal(
      counts.reduce((sum, { handoffs }) => sum + handoffs, 0),
      1,
    );
  });
});
