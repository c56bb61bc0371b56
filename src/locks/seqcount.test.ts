import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import type { Steps } from '../machine/steps.js';
import type { SequenceCount } from './definition.js';
import { lockBase } from './lock-check.test-support.js';
import { seqcount } from './seqcount.js';

const first = lockBase + 16;
const second = lockBase + 17;

/** Two readers and a writer of a pair of words; gives how many reads were torn, and how many of those were let pass. */
function race(
  count: SequenceCount,
  seed: number,
): { torn: number; passed: number; retries: number } {
  const machine = new Interleaver({
    threads: 3,
    words: lockBase + 32,
    seed,
    deviations: { earlyReturn: seed % 2 === 0 ? 0.3 : 0 },
  });
  let torn = 0;
  let passed = 0;
  function* writer(cpu: Cpu): Steps {
    for (let round = 1; round <= 10; round++) {
      yield count.writeBegin(cpu);
      yield cpu.store(first, round);
      yield cpu.store(second, round);
      yield count.writeEnd(cpu);
    }
  }
  const reader = (tries: boolean) =>
    function* (cpu: Cpu): Steps {
      for (let round = 0; round < 10;) {
        const begun = yield tries && count.tryReadBegin !== undefined
          ? count.tryReadBegin(cpu)
          : count.readBegin(cpu);
        const one = yield cpu.load(first);
        const other = yield cpu.load(second);
        if (one !== other) torn++;
        if (yield count.readRetry(cpu, begun)) continue;
        if (one !== other) passed++;
        round++;
      }
    };
  machine.run([reader(false), reader(true), writer]);
  assert.equal(machine.memory.get(lockBase), 20);
  return { torn, passed, retries: machine.cpus.reduce((sum, cpu) => sum + cpu.count.retries, 0) };
}

function raceAll(create: (base: number) => SequenceCount) {
  const total = { torn: 0, passed: 0, retries: 0 };
  for (let seed = 1; seed <= 500; seed++) {
    const { torn, passed, retries } = race(create(lockBase), seed);
    total.torn += torn;
    total.passed += passed;
    total.retries += retries;
  }
  return total;
}

describe('seqcount', () => {
  it('makes readers start anew whenever what they read was torn', () => {
    const { torn, passed, retries } = raceAll((base) => seqcount.create(base, 3));
    assert.equal(passed, 0);
    assert.ok(torn > 100 && retries >= torn, `${torn} torn, ${retries} retries`);
  });

  it('lets torn reads pass if a reader does not look at the end', () => {
    const { passed } = raceAll((base) => {
      const whole = seqcount.create(base, 3);
      return {
        readBegin: (cpu) => whole.readBegin(cpu),
        *readRetry(cpu: Cpu): Steps<number> {
          yield cpu.load(base);
          return 0;
        },
        writeBegin: (cpu) => whole.writeBegin(cpu),
        writeEnd: (cpu) => whole.writeEnd(cpu),
      };
    });
    assert.ok(passed > 100);
  });

  it('does not let a reader begin while a write is in progress, unless it only tries', () => {
    const machine = new Interleaver({ threads: 1, words: lockBase + 16 });
    const count = seqcount.create(lockBase, 1);
    const [digits] = machine.run([
      function* (cpu: Cpu): Steps<number> {
        const whole = yield count.readBegin(cpu);
        yield count.writeBegin(cpu);
        const odd = count.tryReadBegin === undefined ? 0 : yield count.tryReadBegin(cpu);
        const refused = yield count.readRetry(cpu, odd);
        const changed = yield count.readRetry(cpu, whole);
        yield count.writeEnd(cpu);
        const late = yield count.readRetry(cpu, odd);
        return whole * 10_000 + odd * 1000 + refused * 100 + changed * 10 + late;
      },
    ]);
    assert.equal(digits, 1111);
  });
});
