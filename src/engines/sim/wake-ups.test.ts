import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rwsemSteal } from '../../locks/rwsem-steal.js';
import type { Steps } from '../../machine/steps.js';
import { SimMachine, startNs } from './machine.js';
import type { MachineProfile } from '../../machine/machine-profile.js';
import { plainProfile, simulate } from './machine.test-support.js';
import { builtInMachine } from './read-machine.js';

const threads = 5;
const base = 1024;
const closeNs = startNs + 8e6;
/** With the call that wakes the next one, a round takes about as long as a wake-up. */
const holdNs = 2200;

/** How often each of five writers that steal the lock from sleepers has had it in 8 ms. */
function turns(profile: MachineProfile): number[] {
  const counts = Array.from({ length: threads }, () => 0);
  const words = new Int32Array(8192);
  const lock = rwsemSteal.create(base, threads);
  const machine = new SimMachine({ profile, cpus: threads, threads, words, seed: 1 });
  machine.start(function* (cpu): Steps {
    while ((yield cpu.now()) < closeNs) {
      yield lock.writeLock(cpu);
      yield cpu.work(holdNs);
      yield lock.writeUnlock(cpu);
      counts[cpu.id] = (counts[cpu.id] ?? 0) + 1;
      yield cpu.work(100);
    }
  });
  machine.run(closeNs + 1e9);
  assert.equal(machine.live, 0);
  return counts;
}

const { profile } = builtInMachine('server-8s-80');

test('a sleeper that is woken in vain does not fall into step with the thread that keeps it out', () => {
  const counts = turns(profile);
  assert.ok(Math.min(...counts) > Math.max(...counts) / 10, counts.join());
});

test('it does if every wake-up takes as long as the last', () => {
  const exact = { ...profile, scheduler: { ...profile.scheduler, jitter: 0 } };
  const counts = turns(exact);
  assert.ok(Math.min(...counts) < Math.max(...counts) / 10, counts.join());
});

const { scheduler } = plainProfile();
const word = 64;

test('who is woken while its CPU is still on its way out of it goes on when that is done', () => {
  const parks = 6000;
  let woken = 0;
  simulate(
    function* (cpu): Steps {
      if (cpu.id === 0) {
        yield cpu.work(parks - (yield cpu.now()));
        yield cpu.park(word, 0);
        woken = yield cpu.now();
      } else {
        yield cpu.work(parks + 300 - (yield cpu.now()));
        assert.equal(yield cpu.wake(word, 1), 1);
      }
    },
    { threads: 2 },
  );
  assert.ok(300 + scheduler.wakeCall < scheduler.contextSwitch);
  assert.equal(woken, parks + scheduler.contextSwitch);
});
