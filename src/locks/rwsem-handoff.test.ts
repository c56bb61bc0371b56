import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition } from './definition.js';
import {
  allDeviations,
  checkLock,
  lockBase,
  machineFor,
  readWriteLock,
  visit,
  type Mix,
} from './lock-check.test-support.js';
import { builtInLocks, lockNamed } from './registry.js';
import { RwsemHandoff, rwsemHandoff } from './rwsem-handoff.js';
import { handoffBit, writerBit } from './rwsem-modern.js';

const countWord = lockBase;
const headWord = lockBase + 16 + 1;
const stateWord = (thread: number): number => lockBase + 32 + thread * 16 + 3;

const named = (name: string) => lockNamed(builtInLocks, name);

/** Asks for the handoff so early that short runs have many. */
const eager: ReadWriteDefinition = {
  ...rwsemHandoff,
  create: (base: number, threads: number) => new RwsemHandoff(base, threads, 300, 'all'),
};

const readsAndWrites: Mix = { write: 0.6, downgrade: 0.1, tryRead: 0.1, tryWrite: 0.1, sleep: 0.2 };

/** Runs two writers that take turns without a pause and one that sleeps; gives how long that one waited, ns. */
function longestWait(name: string): number {
  const definition = named(name);
  const threads = 3;
  const machine = machineFor({ definition, threads, seed: 1 });
  const lock = readWriteLock(definition, threads);
  let waitedNs = 0;
  let done = 0;
  function* runner(cpu: Cpu): Steps {
    for (let round = 0; round < 300 && done === 0; round++) {
      yield lock.writeLock(cpu);
      yield cpu.work(100_000);
      yield lock.writeUnlock(cpu);
    }
  }
  function* sleeper(cpu: Cpu): Steps {
    yield cpu.sleep(150_000);
    // It may not spin.
    const self = machine.cpus[cpu.id];
    assert.ok(self);
    self.reschedule = true;
    const began = machine.now;
    yield lock.writeLock(cpu);
    waitedNs = machine.now - began;
    done = 1;
    yield lock.writeUnlock(cpu);
  }
  machine.run([runner, runner, sleeper]);
  return waitedNs;
}

describe('rwsem-handoff', () => {
  it('keeps the lock for a sleeper that has been passed for 4 ms, and for no one if it never hands off', () => {
    const usual = longestWait('rwsem-handoff');
    assert.ok(usual > 4e6 && usual < 4.5e6, `${usual} ns`);
    assert.ok(longestWait('rwsem-handoff-always') < 0.5e6);
    assert.ok(longestWait('rwsem-handoff-never') > 20e6);
  });

  it('lets nobody but the head of the queue in while the handoff bit is set', () => {
    let handoffs = 0;
    for (let seed = 1; seed <= 600; seed++) {
      const granted = new Set<number>();
      const blocked = new Set<number>();
      const { counters } = checkLock({
        definition: eager,
        threads: 4,
        rounds: 10,
        seed,
        mix: readsAndWrites,
        deviations: seed % 2 === 0 ? allDeviations : {},
        onStep: (cpu, { name, word }, before) => {
          const now = word === -1 ? 0 : cpu.memory.get(word);
          if (word === countWord) {
            const took = (before & writerBit) === 0 && (now & writerBit) !== 0;
            if (took && (before & handoffBit) !== 0) {
              assert.equal(cpu.memory.get(headWord), cpu.id + 1, `seed ${seed}`);
            }
            // A reader that added itself in vain may yet find that the bit has gone.
            if ((before & handoffBit) === 0) blocked.delete(cpu.id);
            else if (name === 'add' && now > before) blocked.add(cpu.id);
          }
          for (const thread of [0, 1, 2, 3]) {
            if (name === 'store' && word === stateWord(thread)) {
              if (now === 0) granted.add(thread);
              else granted.delete(thread);
            }
          }
        },
        onEnter: (cpu, write) => {
          if (!write && blocked.has(cpu.id)) assert.ok(granted.has(cpu.id), `seed ${seed}`);
        },
      });
      handoffs += counters.handoffs;
    }
    assert.ok(handoffs > 600, `${handoffs}`);
  });

  it('lets no arriving reader pass the queue while other readers are inside', () => {
    const behindReader = visit(named('rwsem-handoff'), [
      { at: 0, mode: 'read', hold: 100_000 },
      { at: 2000, mode: 'write', hold: 1000 },
      { at: 50_000, mode: 'read', hold: 1000 },
    ]);
    assert.deepEqual(behindReader.order, ['0r', '1w', '2r']);
    assert.equal(behindReader.counts[2]?.steals, 0);
  });

  it('lets a reader take a free lock from a writer that was woken and does not run yet', () => {
    let stolen = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { order, counts } = visit(
        named('rwsem-handoff'),
        [
          { at: 0, mode: 'write', hold: 10_000 },
          { at: 2000, mode: 'write', hold: 1000 },
          { at: 10_100, mode: 'read', hold: 1000 },
        ],
        { seed },
      );
      if (counts[2]?.steals === 0) continue;
      stolen++;
      assert.deepEqual(order, ['0w', '2r', '1w']);
    }
    assert.ok(stolen > 0);
  });

  it('lets in every queued reader at once, or only those before the first writer', () => {
    const visits = [
      { at: 0, mode: 'write', hold: 20_000 },
      { at: 2000, mode: 'read', hold: 1000 },
      { at: 4000, mode: 'write', hold: 1000 },
      { at: 6000, mode: 'read', hold: 1000 },
    ] as const;
    for (let seed = 1; seed <= 50; seed++) {
      const all = visit(named('rwsem-handoff'), visits, { seed });
      assert.equal(all.order.at(-1), '2w');
      const run = visit(named('rwsem-handoff-run'), visits, { seed });
      assert.deepEqual(run.order, ['0w', '1r', '2w', '3r']);
    }
  });

  it('spins for readers for 10 to 25 µs, then nobody does until they have left', () => {
    const spinAndSleep = (readNs: number) =>
      visit(named('rwsem-handoff'), [
        { at: 0, mode: 'read', hold: readNs, runs: true },
        { at: 500, mode: 'write', hold: 1000 },
        { at: 60_000, mode: 'write', hold: 1000 },
      ]).counts.map(({ spins, sleeps }) => [spins, sleeps > 0]);
    assert.deepEqual(spinAndSleep(9_000).slice(0, 2), [
      [0, false],
      [1, false],
    ]);
    assert.deepEqual(spinAndSleep(200_000), [
      [0, false],
      [1, true],
      [0, true],
    ]);
  });
});
