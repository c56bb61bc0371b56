import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Interleaver } from '../machine/interleaver.js';
import { lineWords } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { HaltedCpus } from './halted-cpus.js';

const kicks = lineWords;
const flag = 0;
const words = 4 * lineWords;

describe('HaltedCpus', () => {
  it('loses no kick, wherever it falls between the last look and the halt', () => {
    let halts = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const cpus = new HaltedCpus(kicks);
      const machine = new Interleaver({ threads: 2, words, seed });
      // A kick that is lost ends the run with nobody able to go on, which throws.
      machine.run([
        function* (cpu: Cpu): Steps {
          for (;;) {
            const prepared = yield cpus.prepare(cpu);
            if ((yield cpu.load(flag)) !== 0) return;
            yield cpus.halt(cpu, prepared);
          }
        },
        function* (cpu: Cpu): Steps {
          yield cpu.store(flag, 1);
          yield cpus.kick(cpu, 0);
        },
      ]);
      halts += machine.cpus[0]?.count.sleeps ?? 0;
    }
    assert.ok(halts > 0 && halts < 500, `${halts} runs halted: both orders were met`);
  });

  it('kicks the one that is meant', () => {
    const cpus = new HaltedCpus(kicks);
    const machine = new Interleaver({ threads: 3, words, schedule: [0, 0, 1, 1] });
    const woken: number[] = [];
    const sleeper = function* (cpu: Cpu): Steps {
      yield cpus.halt(cpu, yield cpus.prepare(cpu));
      woken.push(cpu.id);
    };
    machine.run([
      sleeper,
      sleeper,
      function* (cpu: Cpu): Steps {
        yield cpu.work(1000);
        yield cpus.kick(cpu, 1);
        yield cpu.work(1000);
        assert.deepEqual(woken, [1]);
        yield cpus.kick(cpu, 0);
      },
    ]);
    assert.deepEqual(woken, [1, 0]);
  });
});
