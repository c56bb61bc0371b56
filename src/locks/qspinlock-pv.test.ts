import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import { explore, lockBase } from './lock-check.test-support.js';
import { spareWord } from './mcs-nodes.js';
import { ParavirtualQueuedSpinlock, qspinlockPv } from './qspinlock-pv.js';
import { pending } from './qspinlock.js';

const spinNs = 3000;

/** Threads come a µs apart and hold the lock for so long. */
function run(
  threads: number,
  holdNs: (id: number) => number,
  comesNs = (id: number) => id * 1000,
  patienceNs = spinNs,
) {
  const lock = new ParavirtualQueuedSpinlock(lockBase, patienceNs);
  const served: number[] = [];
  const kicked: number[] = [];
  const values = new Set<number>();
  /** When each thread first said that it halts. */
  const haltedAt: number[] = [];
  const machine = new Interleaver({
    threads,
    words: lockBase + qspinlockPv.words(threads),
    schedule: 'round-robin',
    onStep: (cpu, { name, word }) => {
      if (name === 'wake') kicked.push(Math.floor((word - lockBase) / lineWords) - 2);
      if (name === 'store' && word % lineWords === spareWord && cpu.memory.get(word) !== 0) {
        haltedAt[cpu.id] ??= machine.now;
      }
      values.add(cpu.memory.get(lockBase) & 0xff);
    },
  });
  machine.run(
    Array.from({ length: threads }, (_, id) => {
      return function* (cpu: Cpu): Steps {
        yield cpu.work(comesNs(id));
        yield lock.lock(cpu);
        served.push(cpu.id);
        yield cpu.work(holdNs(cpu.id));
        yield lock.unlock(cpu);
      };
    }),
  );
  assert.equal(machine.memory.get(lockBase), 0);
  return { served, kicked, values, haltedAt, counts: machine.cpus.map(({ count }) => count) };
}

describe('qspinlock-pv', () => {
  it('spins while waits are short', () => {
    const { counts, kicked, values } = run(3, () => 1500);
    assert.deepEqual(
      counts.map(({ sleeps }) => sleeps),
      [0, 0, 0],
    );
    assert.deepEqual(kicked, []);
    assert.deepEqual([...values].sort(), [0, 1]);
  });

  it('halts the head when the holder takes long, and the release kicks it', () => {
    const { served, counts, kicked, values } = run(2, () => 50_000);
    assert.deepEqual(served, [0, 1]);
    assert.equal(counts[1]?.sleeps, 1);
    assert.deepEqual(kicked, [1]);
    assert.ok(values.has(3), 'the word said that somebody was to be kicked');
  });

  it('leaves a halted waiter that becomes the head asleep until the release', () => {
    const { served, counts, kicked } = run(3, () => 50_000);
    assert.deepEqual(served, [0, 1, 2]);
    assert.deepEqual(kicked, [1, 2], 'one kick a release');
    assert.equal(counts[2]?.sleeps, 1, 'it slept through becoming the head');
  });

  it('halts as soon as the waiter before it has halted', () => {
    const { haltedAt } = run(
      3,
      () => 100_000,
      (id) => id * 10_000,
      30_000,
    );
    const [, head, behind] = haltedAt;
    assert.ok(head !== undefined && behind !== undefined);
    assert.ok(head > 40_000, `the head after its spin, ${head}`);
    assert.ok(behind > head && behind - head < 2000, `the one behind it, ${behind}`);
  });

  it('lets an arrival steal the lock while the head has halted, but not while it claims the lock', () => {
    // Thread 1 halts as the head; 2 comes just as the lock is released, before 1 is awake.
    let stolen = 0;
    for (let late = 0; late < 200; late += 10) {
      const { served, counts } = run(
        3,
        (id) => (id === 0 ? 50_000 : 500),
        (id) => [0, 1000, 49_950 + late][id] ?? 0,
      );
      assert.equal(served.length, 3);
      if (served[1] === 2) {
        stolen++;
        assert.equal(counts[2]?.steals, 1);
      }
    }
    assert.ok(stolen > 0);
    const lock = new ParavirtualQueuedSpinlock(lockBase, spinNs);
    const machine = new Interleaver({
      threads: 2,
      words: lockBase + qspinlockPv.words(2),
      schedule: [1, 1, 1, 1],
      onStep: (cpu, { name, word }) => {
        // Whoever finds the pending bit does not spin for the lock: it queues.
        if (cpu.id === 1 && name === 'awaitChange') assert.notEqual(word, lockBase);
      },
    });
    machine.memory.set(lockBase, (1 << 16) | pending | 1);
    assert.throws(() => machine.run([function* () {}, (cpu) => lock.lock(cpu)]), /deadlock|no end/);
  });

  it('loses nobody whatever the moment of the halt', () => {
    for (const impatience of [20, 200, 2000]) {
      const impatient = {
        ...qspinlockPv,
        create: (base: number) => new ParavirtualQueuedSpinlock(base, impatience),
      };
      assert.ok(explore(impatient, 1500) > 15_000);
    }
  });
});
