import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Interleaver, type InterleaverOptions, type Program } from '../machine/interleaver.js';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { awaitOwner } from './await-owner.js';

const word = 0;
const held = 1;

/** What a spinner finds while `owner` runs on CPU 0. */
function found(owner: Program, options: Partial<InterleaverOptions> = {}): number {
  const machine = new Interleaver({ threads: 2, words: 1, schedule: [0, 1], ...options });
  machine.memory.set(word, held);
  const spinner = function* (cpu: Cpu): Steps<number> {
    return yield awaitOwner(cpu, word, held, 0);
  };
  return machine.run([owner, spinner])[1] ?? -1;
}

const releasing = function* (cpu: Cpu): Steps {
  yield cpu.work(1000);
  yield cpu.store(word, 7);
};

describe('awaitOwner', () => {
  it('gives what the owner leaves, also where the wait returns early', () => {
    assert.equal(found(releasing), 7);
    for (let seed = 1; seed <= 100; seed++) {
      const options = { seed, schedule: 'random', deviations: { earlyReturn: 0.5 } } as const;
      assert.equal(found(releasing, options), 7, `seed ${seed}`);
    }
  });

  it('stops once the owner is off its CPU', () => {
    const sleeping = function* (cpu: Cpu): Steps {
      yield cpu.sleep(1000);
      yield cpu.store(word, 7);
    };
    assert.equal(found(sleeping), held);
  });

  it('stops where this CPU must reschedule', () => {
    assert.equal(found(releasing, { deviations: { earlyReturn: 1, reschedule: 1 } }), held);
  });
});
