import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parkResult, type Cpu } from './cpu.js';
import { Interleaver, type InterleaverOptions } from './interleaver.js';
import type { Steps } from './steps.js';

const lockWord = 32;
const insideWord = 64;
const counterWord = 96;
const machineOf = (options: Partial<InterleaverOptions> = {}): Interleaver =>
  new Interleaver({ threads: 2, words: 128, ...options });

/** Test-and-set; `broken` looks and takes in two steps. */
class TestAndSet {
  readonly broken: boolean;

  constructor(broken: boolean) {
    this.broken = broken;
  }

  *lock(cpu: Cpu): Steps {
    if (this.broken) {
      while ((yield cpu.load(lockWord)) !== 0) yield cpu.awaitChange(lockWord, 1);
      yield cpu.store(lockWord, 1);
      return;
    }
    while ((yield cpu.swap(lockWord, 1)) !== 0) yield cpu.awaitChange(lockWord, 1);
  }

  *unlock(cpu: Cpu): Steps {
    yield cpu.store(lockWord, 0);
  }
}

/** Takes the lock a few times and returns how often someone else was inside too. */
function* lockUser(cpu: Cpu, lock: TestAndSet): Steps<number> {
  let intruders = 0;
  for (let round = 0; round < 5; round++) {
    yield lock.lock(cpu);
    if ((yield cpu.add(insideWord, 1)) !== 0) intruders++;
    yield cpu.store(counterWord, (yield cpu.load(counterWord)) + 1);
    yield cpu.add(insideWord, -1);
    yield lock.unlock(cpu);
  }
  return intruders;
}

describe('Interleaver', () => {
  it('finds that a broken lock does not exclude, and that a right one does', () => {
    let intruders = 0;
    let lost = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const right = machineOf({ threads: 3, seed });
      const none = right.run(
        Array.from({ length: 3 }, () => (cpu) => lockUser(cpu, new TestAndSet(false))),
      );
      assert.deepEqual(none, [0, 0, 0]);
      assert.equal(right.memory.get(counterWord), 15);

      const wrong = machineOf({ threads: 3, seed });
      const some = wrong.run(
        Array.from({ length: 3 }, () => (cpu) => lockUser(cpu, new TestAndSet(true))),
      );
      intruders += some.reduce((sum, count) => sum + count, 0);
      lost += 15 - wrong.memory.get(counterWord);
    }
    assert.ok(intruders > 0, 'no intruder found');
    assert.ok(lost > 0, 'no lost update found');
  });

  it('gives the same run for the same seed, and another for another', () => {
    const trace = (seed: number): string => {
      const steps: string[] = [];
      const machine = machineOf({
        seed,
        onStep: (cpu, operation, value) => steps.push(`${cpu.id}${operation.name}${value}`),
      });
      machine.run([0, 1].map(() => (cpu) => lockUser(cpu, new TestAndSet(false))));
      return steps.join(' ');
    };
    assert.equal(trace(7), trace(7));
    assert.notEqual(trace(7), trace(8));
  });

  it('reports a lost wake-up as a deadlock, naming cpu, step and word', () => {
    function* waiter(cpu: Cpu): Steps {
      if ((yield cpu.load(lockWord)) === 0) yield cpu.park(insideWord, 0);
    }
    function* waker(cpu: Cpu): Steps {
      yield cpu.store(lockWord, 1);
      yield cpu.wake(insideWord, 1);
    }
    const run = (schedule: number[]): readonly number[] =>
      machineOf({ schedule }).run([waiter, waker]);
    run([0, 0, 1, 1]);
    run([1, 1, 0, 0]);
    assert.throws(
      () => run([0, 1, 1, 0]),
      /deadlock at step 4 \(seed 1\): cpu 0 waits in park\(word 64\) = 0/,
    );
  });

  it('wakes parked threads first come first served, as many as asked', () => {
    const order: number[] = [];
    function* sleeper(cpu: Cpu): Steps<number> {
      const result = yield cpu.park(lockWord, 0);
      order.push(cpu.id);
      return result;
    }
    function* waker(cpu: Cpu): Steps<number> {
      const first = yield cpu.wake(lockWord, 2);
      yield cpu.work(1000);
      return first * 10 + (yield cpu.wake(lockWord, 5));
    }
    const machine = machineOf({ threads: 4, schedule: [2, 0, 1, 3, 3, 2, 0] });
    assert.deepEqual(machine.run([sleeper, sleeper, sleeper, waker]), [0, 0, 0, 21]);
    assert.deepEqual(order, [2, 0, 1]);
  });

  it('gives each result of park: woken, differed, timed out, and woken for no reason', () => {
    function* park(cpu: Cpu): Steps<number> {
      return yield cpu.park(lockWord, 0, 500);
    }
    const machine = machineOf();
    assert.deepEqual(machine.run([park]), [parkResult.timedOut]);
    assert.ok(machine.now >= 500);
    machine.memory.set(lockWord, 1);
    assert.deepEqual(machine.run([park]), [parkResult.differed]);
    const early = machineOf({ deviations: { spuriousWake: 1 } });
    assert.deepEqual(early.run([park]), [parkResult.woken]);
    assert.ok(early.now < 500);
    assert.deepEqual(early.parked.get(lockWord), []);
  });

  it('waits in awaitChange, awaitOwner and acquire without taking steps, and notes when it began', () => {
    function* owner(cpu: Cpu): Steps {
      yield cpu.store(lockWord, 1);
      yield cpu.work(10_000);
      yield cpu.store(lockWord, 0);
    }
    const waits: ((cpu: Cpu) => Steps<number>)[] = [
      function* (cpu) {
        return yield cpu.awaitChange(lockWord, 1);
      },
      function* (cpu) {
        return yield cpu.awaitOwner(lockWord, 1, 0);
      },
      function* (cpu) {
        return yield cpu.acquire(lockWord, 0, 5);
      },
    ];
    const left = waits.map((wait) => {
      const machine = machineOf({ schedule: [0, 0, 1] });
      assert.deepEqual(machine.run([owner, wait]), [0, 0]);
      assert.equal(machine.steps, 6);
      assert.equal(machine.cpus[1]?.task.blockedAt, 21);
      assert.equal(machine.cpus[1].task.operationBlockedAt, 21);
      assert.equal(machine.cpus[0]?.task.blockedAt, 0);
      return machine.memory.get(lockWord);
    });
    assert.deepEqual(left, [0, 0, 5]);
  });

  it('ends awaitChange at its timeout, having noted the wait; with 0 at once', () => {
    for (const timeout of [0, 5000]) {
      const machine = machineOf();
      const [seen] = machine.run([
        function* (cpu: Cpu): Steps<number> {
          return yield cpu.awaitChange(lockWord, 0, timeout);
        },
      ]);
      assert.equal(seen, 0);
      assert.equal(machine.cpus[0]?.task.blockedAt, 1);
      assert.ok(machine.now >= timeout && machine.now < timeout + 100, `${machine.now}`);
    }
  });

  it('ends awaitOwner when the owner leaves its CPU or this CPU must reschedule', () => {
    function* wait(cpu: Cpu): Steps<number> {
      return yield cpu.awaitOwner(lockWord, 0, 0);
    }
    const sleeps = machineOf({ schedule: [1, 0] });
    sleeps.run([
      function* (cpu: Cpu): Steps {
        yield cpu.sleep(1000);
      },
      wait,
    ]);
    const asked = machineOf();
    for (const cpu of asked.cpus) cpu.reschedule = true;
    asked.run([
      function* (cpu: Cpu): Steps {
        yield cpu.load(0);
      },
      wait,
    ]);
  });

  it('says who is running: not while parked, asleep, preempted or ended', () => {
    function* asker(cpu: Cpu): Steps<number> {
      let digits = 0;
      for (let round = 0; round < 4; round++) digits = digits * 10 + (yield cpu.isRunning(1));
      return digits;
    }
    function* other(cpu: Cpu): Steps {
      yield cpu.work(1);
      yield cpu.sleep(15);
      yield cpu.load(0);
    }
    const machine = machineOf({ schedule: [1, 0, 1, 1, 0, 1, 0, 1, 0] });
    assert.deepEqual(machine.run([asker, other]), [1010, 0]);
    const preempted = machineOf({ schedule: [0, 0, 0, 0] });
    const victim = preempted.cpus[1];
    assert.ok(victim);
    victim.preempted = true;
    assert.deepEqual(preempted.run([asker, other]), [0, 0]);
  });

  it('keeps frames', () => {
    const machine = machineOf({ frames: 3 });
    const result = machine.run([
      function* (cpu: Cpu): Steps<number> {
        yield cpu.poke(1, 1023, 7);
        yield cpu.copy(2, 1);
        yield cpu.zero(1);
        return (yield cpu.peek(1, 1023)) * 10 + (yield cpu.peek(2, 1023));
      },
    ]);
    assert.deepEqual(result, [7]);
  });

  it('stops a run that does not end', () => {
    assert.throws(
      () =>
        machineOf({ maxSteps: 100 }).run([
          function* (cpu: Cpu): Steps {
            for (;;) yield cpu.pause();
          },
        ]),
      /no end after 100 steps at step 100 \(seed 1\): cpu 0 is at pause/,
    );
  });

  it('refuses a forgotten yield, a yield of no step, a word out of range, and sleep under a spinning lock', () => {
    const cases: [(cpu: Cpu) => Steps, RegExp][] = [
      [
        function* (cpu): Steps {
          cpu.store(lockWord, 1);
          yield cpu.load(lockWord);
        },
        /cpu 0: store\(word 32\) was called without a yield/,
      ],
      [
        function* (cpu): Steps {
          yield cpu.load(lockWord);
          cpu.store(lockWord, 1);
        },
        /cpu 0: store\(word 32\) was called without a yield/,
      ],
      [
        function* (): Steps {
          yield 5 as never;
        },
        /yield of a number/,
      ],
      [
        function* (cpu): Steps {
          yield cpu.load(128);
        },
        /load of word 128, but the machine has words 0 to 127/,
      ],
      [
        function* (cpu): Steps {
          cpu.task.noSleepDepth = 1;
          yield cpu.park(lockWord, 0);
        },
        /park while it holds a lock whose holder may not sleep/,
      ],
    ];
    for (const [program, message] of cases)
      assert.throws(() => machineOf().run([program]), message);
  });
});
