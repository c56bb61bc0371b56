import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import type { Steps } from '../machine/steps.js';
import { SpinQueue, spinQueueWords } from './osq.js';

const base = 32;

/** Runs 4 spinners for some rounds; gives how often each way of leaving the queue was seen. */
function spin(seed: number, reschedule: number): { taken: number; left: number } {
  const queue = new SpinQueue(base);
  const machine = new Interleaver({
    threads: 4,
    words: base + spinQueueWords(4),
    seed,
    deviations: { reschedule, earlyReturn: 0.3 },
  });
  const outcome = { taken: 0, left: 0 };
  let holders = 0;
  function* program(cpu: Cpu): Steps {
    for (let round = 0; round < 8; round++) {
      if (yield queue.lock(cpu)) {
        outcome.taken++;
        assert.equal(++holders, 1, `two at the head (seed ${seed})`);
        for (let step = cpu.random.below(4); step > 0; step--) yield cpu.pause();
        holders--;
        yield queue.unlock(cpu);
      } else {
        outcome.left++;
      }
    }
  }
  machine.run([program, program, program, program]);
  assert.equal(machine.memory.get(base), 0, `tail left behind (seed ${seed})`);
  const counted = machine.cpus.reduce((sum, { count }) => sum + count.retries, 0);
  assert.equal(counted, outcome.left);
  return outcome;
}

describe('SpinQueue', () => {
  it('has one at its head at a time, and loses nobody, however many leave it', () => {
    const total = { taken: 0, left: 0 };
    for (let seed = 1; seed <= 2000; seed++) {
      const { taken, left } = spin(seed, [0, 0.1, 0.5, 1][seed % 4] ?? 0);
      total.taken += taken;
      total.left += left;
    }
    assert.equal(total.taken + total.left, 2000 * 4 * 8);
    assert.ok(total.left > 10_000 && total.taken > 10_000, JSON.stringify(total));
  });

  it('keeps everyone who may stay', () => {
    for (let seed = 1; seed <= 50; seed++) assert.deepEqual(spin(seed, 0), { taken: 32, left: 0 });
  });

  it('grants to one who was about to leave: it stays', () => {
    let stayed = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const queue = new SpinQueue(base);
      let asked = 0;
      const machine = new Interleaver({
        threads: 2,
        words: base + spinQueueWords(2),
        seed,
        onStep: (cpu, { name }, value) => {
          if (cpu.id === 1 && name === 'needsReschedule') asked += value;
        },
      });
      const second = machine.cpus[1];
      assert.ok(second);
      second.reschedule = true;
      const program = function* (cpu: Cpu): Steps<number> {
        const taken = yield queue.lock(cpu);
        if (taken !== 0) yield queue.unlock(cpu);
        return taken;
      };
      const [, taken] = machine.run([program, program]);
      if (asked > 0 && taken === 1) stayed++;
    }
    assert.ok(stayed > 0);
  });

  it('leaves when the one before it lost its CPU to the hypervisor', () => {
    const queue = new SpinQueue(base);
    const machine = new Interleaver({
      threads: 2,
      words: base + spinQueueWords(2),
      schedule: [0, 0, 0, 1, 1, 1, 1, 1, 1, 1],
    });
    const first = machine.cpus[0];
    assert.ok(first);
    const results = machine.run([
      function* (cpu: Cpu): Steps<number> {
        const taken = yield queue.lock(cpu);
        first.preempted = true;
        yield cpu.sleep(10_000);
        yield queue.unlock(cpu);
        return taken;
      },
      function* (cpu: Cpu): Steps<number> {
        return yield queue.lock(cpu);
      },
    ]);
    assert.deepEqual(results, [1, 0]);
  });
});
