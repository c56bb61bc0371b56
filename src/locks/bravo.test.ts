import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { Bravo, bravo, bravoOver } from './bravo.js';
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
import { RwsemSpin, rwsemSpin } from './rwsem-spin.js';

const small = (slots: number, inhibition: number) =>
  bravoOver('small', rwsemSpin, (base, threads) => new RwsemSpin(base, threads), slots, inhibition);

const biasWord = (threads: number): number => lockBase + rwsemSpin.words(threads);

describe('bravo', () => {
  it('excludes, with the bias ended and set again all the time, however few slots there are', () => {
    let fallbacks = 0;
    for (const slots of [1, 2, 16]) {
      for (let seed = 1; seed <= 600; seed++) {
        const { counters } = checkLock({
          definition: small(slots, 0),
          threads: 2 + (seed % 3),
          rounds: 8,
          seed,
          mix: mixes[seed % mixes.length] as Mix,
          deviations: seed % 2 === 0 ? allDeviations : {},
        });
        fallbacks += counters.fallbacks;
      }
    }
    assert.ok(fallbacks > 100, `${fallbacks}`);
  });

  it('leaves the lock below alone while readers come and go, after the first', () => {
    let changes = 0;
    const definition = small(16, 9);
    const machine = machineFor({
      definition,
      threads: 1,
      seed: 1,
      onStep: (_cpu, { name, word }) => {
        if (word >= lockBase && word < biasWord(1) && name !== 'load') changes++;
      },
    });
    const lock = readWriteLock(definition, 1);
    const passes: number[] = [];
    machine.run([
      function* (cpu: Cpu): Steps {
        for (let round = 0; round < 3; round++) {
          yield lock.readLock(cpu);
          yield lock.readUnlock(cpu);
          passes.push(changes);
          changes = 0;
        }
      },
    ]);
    assert.deepEqual(passes, [2, 0, 0]);
  });

  it('makes a writer wait for the readers in the table, spinning or asleep', () => {
    for (const runs of [true, false]) {
      for (let seed = 1; seed <= 50; seed++) {
        const { order, counts } = visit(
          small(16, 9),
          [
            { at: 0, mode: 'read', hold: 100 },
            { at: 1000, mode: 'read', hold: 30_000, runs },
            { at: 5000, mode: 'write', hold: 1000 },
          ],
          { seed },
        );
        assert.deepEqual(order, ['0r', '1r', '2w']);
        assert.equal(counts[2]?.sleeps === 0, runs);
      }
    }
  });

  it('keeps readers from setting the bias for nine times as long as its end took', () => {
    const definition = small(16, 9);
    const machine = machineFor({ definition, threads: 2, seed: 1 });
    const lock = readWriteLock(definition, 2);
    const bias = (): number => machine.memory.get(biasWord(2));
    let revokedNs = 0;
    let biasedAgainAt = 0;
    machine.run([
      function* (cpu: Cpu): Steps {
        yield lock.readLock(cpu);
        yield lock.readUnlock(cpu);
        assert.equal(bias(), 1);
        // By its slot, while the writer waits.
        yield lock.readLock(cpu);
        yield cpu.sleep(10_000);
        yield lock.readUnlock(cpu);
        yield cpu.sleep(1000);
        assert.equal(bias(), 0);
        while (bias() === 0) {
          yield lock.readLock(cpu);
          biasedAgainAt = machine.now;
          yield lock.readUnlock(cpu);
          yield cpu.sleep(500);
        }
      },
      function* (cpu: Cpu): Steps {
        yield cpu.sleep(2000);
        const began = machine.now;
        yield lock.writeLock(cpu);
        revokedNs = machine.now - began;
        yield lock.writeUnlock(cpu);
      },
    ]);
    assert.ok(revokedNs > 7000 && revokedNs < 11_000, `${revokedNs}`);
    const waited = biasedAgainAt - (2000 + revokedNs);
    assert.ok(waited > 8.5 * revokedNs && waited < 9.5 * revokedNs, `${waited / revokedNs}`);
  });

  it('does not wait when it only tries to write', () => {
    const definition = small(16, 9);
    const machine = machineFor({ definition, threads: 2, seed: 1 });
    const lock = definition.create(lockBase, 2);
    assert.ok(lock instanceof Bravo);
    const [, digits] = machine.run([
      function* (cpu: Cpu): Steps {
        yield lock.readLock(cpu);
        yield lock.readUnlock(cpu);
        yield lock.readLock(cpu);
        yield cpu.sleep(10_000);
        yield lock.readUnlock(cpu);
      },
      function* (cpu: Cpu): Steps<number> {
        yield cpu.sleep(3000);
        const behindReader = yield lock.tryWriteLock(cpu);
        const stillBiased = machine.memory.get(biasWord(2));
        yield cpu.sleep(20_000);
        const free = yield lock.tryWriteLock(cpu);
        if (free !== 0) yield lock.writeUnlock(cpu);
        return behindReader * 100 + stillBiased * 10 + free;
      },
    ]);
    assert.equal(digits, 11);
  });

  it('ends the bias when it takes the lock by trying, so that readers wait', () => {
    const definition = small(16, 9);
    const machine = machineFor({ definition, threads: 2, seed: 1 });
    const lock = definition.create(lockBase, 2);
    assert.ok(lock instanceof Bravo);
    let left = 0;
    machine.run([
      function* (cpu: Cpu): Steps {
        yield lock.readLock(cpu);
        yield lock.readUnlock(cpu);
        yield cpu.sleep(5000);
        yield lock.readLock(cpu);
        assert.equal(left, 1);
        yield lock.readUnlock(cpu);
      },
      function* (cpu: Cpu): Steps {
        yield cpu.sleep(3000);
        assert.equal(machine.memory.get(biasWord(2)), 1);
        assert.equal(yield lock.tryWriteLock(cpu), 1);
        yield cpu.sleep(10_000);
        left = 1;
        yield lock.writeUnlock(cpu);
      },
    ]);
  });

  it('has the table of the paper: 4096 slots, all of which a writer looks at', () => {
    let looked = 0;
    const table = lockBase + bravo.words(2) - 4096;
    visit(
      bravo,
      [
        { at: 0, mode: 'read', hold: 100 },
        { at: 1000, mode: 'write', hold: 100 },
      ],
      {
        onStep: (cpu, { name, word }) => {
          if (cpu.id === 1 && name === 'load' && word >= table) looked++;
        },
      },
    );
    assert.equal(looked, 4096);
  });
});
