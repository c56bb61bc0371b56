import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Steps } from '../../machine/steps.js';
import { MutexAdapter } from '../../locks/mutex-adapter.js';
import { builtInLocks, isSimple } from '../../locks/registry.js';
import { SimMachine, startNs } from './machine.js';
import { builtInMachine } from './read-machine.js';

const base = 32;
const { profile } = builtInMachine('server-2s-64');

for (const [name, definition] of builtInLocks) {
  if (!isSimple(definition)) continue;
  for (const [threads, cpus] of [
    [8, 8],
    [6, 2],
  ] as const) {
    test(`${name} excludes on ${cpus} simulated CPUs with ${threads} threads, and is free in the end`, () => {
      const words = new Int32Array(base + definition.words(threads) + 64);
      for (const [offset, value] of definition.initial?.(threads) ?? [])
        words[base + offset] = value;
      const lock =
        definition.kind === 'mutex'
          ? new MutexAdapter(definition.create(base, threads))
          : definition.create(base, threads);
      const inside = { readers: 0, writers: 0 };
      let sections = 0;
      const machine = new SimMachine({ profile, cpus, threads, words, seed: 3 });
      machine.start(function* (cpu): Steps {
        for (let i = 0; i < 30; i++) {
          if (definition.kind === 'mutex' || cpu.random.next() < 0.4) {
            yield lock.writeLock(cpu);
            assert.deepEqual(inside, { readers: 0, writers: 0 });
            inside.writers++;
            yield cpu.work(300);
            inside.writers--;
            yield lock.writeUnlock(cpu);
          } else {
            yield lock.readLock(cpu);
            assert.equal(inside.writers, 0);
            inside.readers++;
            yield cpu.work(300);
            inside.readers--;
            yield lock.readUnlock(cpu);
          }
          sections++;
          yield cpu.work(500 * cpu.random.next());
        }
      });
      assert.ok(machine.run(startNs + 10e9), 'no deadlock');
      assert.equal(machine.live, 0);
      assert.equal(sections, 30 * threads);
      for (const [offset, value] of definition.idle?.(threads) ?? []) {
        assert.equal(words[base + offset], value, `word ${offset}`);
      }
    });
  }
}
