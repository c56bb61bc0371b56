import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadWriteLock } from '../../locks/definition.js';
import { builtInLocks } from '../../locks/registry.js';
import type { Steps } from '../../machine/steps.js';
import { SimMachine, startNs } from './machine.js';
import { builtInMachine } from './read-machine.js';

const threads = 12;
const base = 32;
/** Long enough for a sleeper's CPU to fall into deep idle, so that who runs always comes before who is woken. */
const sectionNs = 200_000;
const { profile } = builtInMachine('server-2s-64');

/** The longest wait of two readers, ns, while ten writers take the lock again as soon as they have released it. */
function longestWait(name: string, seed: number): number {
  const definition = builtInLocks.get(name);
  assert.ok(definition?.kind === 'rw');
  const words = new Int32Array(base + definition.words(threads) + 64);
  for (const [offset, value] of definition.initial?.(threads) ?? []) words[base + offset] = value;
  const lock: ReadWriteLock = definition.create(base, threads);
  const machine = new SimMachine({ profile, cpus: threads, threads, words, seed });
  let longest = 0;
  machine.start(function* (cpu): Steps {
    if (cpu.id < 2) {
      for (let i = 0; i < 20; i++) {
        const began = yield cpu.now();
        yield lock.readLock(cpu);
        longest = Math.max(longest, (yield cpu.now()) - began);
        yield cpu.work(1000);
        yield lock.readUnlock(cpu);
        yield cpu.sleep(100_000);
      }
      return;
    }
    while ((yield cpu.now()) < 60e6) {
      yield lock.writeLock(cpu);
      yield cpu.work(sectionNs);
      yield lock.writeUnlock(cpu);
    }
  });
  assert.ok(machine.run(startNs + 1e9));
  assert.equal(machine.live, 0);
  return longest;
}

/** Linux's RWSEM_WAIT_TIMEOUT (kernel/locking/rwsem.c, 5.2). */
const timeoutNs = 4e6;

test('a waiter that may ask for the handoff has the lock when its time is up and who is inside has left', () => {
  for (let seed = 1; seed <= 3; seed++) {
    const longest = longestWait('rwsem-handoff', seed);
    assert.ok(longest > timeoutNs, `${longest}`);
    // Those that were before it have their sections, and each of the others may take one more by stealing.
    assert.ok(longest < timeoutNs + 2 * threads * sectionNs, `${longest}`);
  }
});

test('without handoff it waits for as long as the others go on; first come first served, for those before it', () => {
  assert.ok(longestWait('rwsem-handoff-never', 1) > 3 * timeoutNs);
  assert.ok(longestWait('rwsem-fifo', 1) < 2 * threads * (sectionNs + profile.scheduler.wakeDeep));
});
