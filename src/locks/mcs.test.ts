import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex } from './definition.js';
import { explore, lockBase } from './lock-check.test-support.js';
import { McsParkLock, mcsPark } from './mcs-park.js';
import { McsLock, mcsWords } from './mcs.js';

const threads = 4;

/** All threads take the lock twice and hold it for so long; gives the order and where they waited. */
function run(lock: Mutex, seed: number, holdNs: number) {
  const queued: number[] = [];
  const served: number[] = [];
  const spunOn = machineLines();
  const machine = new Interleaver({
    threads,
    words: lockBase + mcsWords(threads),
    seed,
    onStep: (cpu, { name, word }) => {
      if (name === 'swap' && word === lockBase) queued.push(cpu.id);
      if (name === 'awaitChange') spunOn[cpu.id]?.add(Math.floor((word - lockBase) / lineWords));
    },
  });
  const program = function* (cpu: Cpu): Steps {
    for (let round = 0; round < 2; round++) {
      yield lock.lock(cpu);
      served.push(cpu.id);
      yield cpu.work(holdNs);
      yield lock.unlock(cpu);
    }
  };
  machine.run([program, program, program, program]);
  const sum = (counter: 'sleeps' | 'handoffs'): number =>
    machine.cpus.reduce((total, { count }) => total + count[counter], 0);
  return { queued, served, spunOn, sleeps: sum('sleeps'), handoffs: sum('handoffs') };
}

const machineLines = () => Array.from({ length: threads }, () => new Set<number>());

describe('mcs', () => {
  it('serves in the order in which threads queued, each spinning on its own line', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { queued, served, spunOn } = run(new McsLock(lockBase), seed, 100);
      assert.deepEqual(served, queued);
      for (const [id, lines] of spunOn.entries()) {
        assert.deepEqual([...lines], lines.size === 0 ? [] : [1 + id]);
      }
    }
  });
});

describe('mcs-park', () => {
  it('keeps the order of the queue, whoever sleeps', () => {
    let slept = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { queued, served, sleeps, handoffs } = run(new McsParkLock(lockBase, 150), seed, 300);
      assert.deepEqual(served, queued);
      assert.equal(handoffs, sleeps, 'each sleeper is woken once');
      slept += sleeps;
    }
    assert.ok(slept > 200);
  });

  it('does not sleep while waits are shorter than what sleeping costs', () => {
    const { sleeps } = run(new McsParkLock(lockBase), 1, 100);
    assert.equal(sleeps, 0);
    assert.ok(run(new McsParkLock(lockBase), 1, 10_000).sleeps > 0);
  });

  it('loses nobody whatever the moment of falling asleep', () => {
    const drowsy = { ...mcsPark, create: (base: number) => new McsParkLock(base, 20) };
    assert.ok(explore(drowsy, 2000) > 20_000);
  });
});
