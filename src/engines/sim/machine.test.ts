import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parkResult, type Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import { SimMachine, startNs } from './machine.js';
import { plainProfile, simulate } from './machine.test-support.js';
import { accountPlaces, timeKind, timeKinds } from './time-account.js';

const word = 64;
const other = 128;
const { costs, line, memory, scheduler } = plainProfile();

/** How long a program takes on a machine of its own, ns. */
function timeOf(program: (cpu: Cpu) => Steps): number {
  let began = 0;
  let ended = 0;
  simulate(
    function* (cpu): Steps {
      began = yield cpu.now();
      yield program(cpu);
      ended = yield cpu.now();
    },
    { threads: 1 },
  );
  return ended - began;
}

test('with one CPU the time that passes is the sum of what the steps cost', () => {
  const took = timeOf(function* (cpu) {
    yield cpu.store(word, 5); // from memory
    yield cpu.add(word, 1);
    yield cpu.load(word);
    yield cpu.work(1234);
    yield cpu.zero(7);
    yield cpu.copy(8, 7);
    yield cpu.read(word, 'vma_lookup', 3);
    yield cpu.write(other, 'page_table_set', 1); // from memory
    yield cpu.pause();
    yield cpu.get(word);
    yield cpu.now();
  });
  const sum =
    line.memory +
    line.atomic +
    line.hit +
    1234 +
    memory.zero +
    memory.copy +
    line.hit +
    3 * costs.vma_lookup +
    line.memory +
    costs.page_table_set +
    scheduler.pause;
  // What a memory still has to do for the page before it is waited for.
  assert.equal(took, sum + Math.max(0, memory.zeroBandwidth - memory.zero));
});

test('every word step gives the value before it', () => {
  const values: number[] = [];
  timeOf(function* (cpu) {
    values.push(yield cpu.store(word, 5), yield cpu.add(word, 2), yield cpu.swap(word, 12));
    values.push(yield cpu.and(word, 6), yield cpu.or(word, 3), yield cpu.cas(word, 7, 9));
    values.push(yield cpu.cas(word, 1, 2), yield cpu.load(word), yield cpu.set(word, 8));
    values.push(yield cpu.get(word), yield cpu.poke(3, 4, 6), yield cpu.peek(3, 4));
  });
  assert.deepEqual(values, [0, 5, 7, 12, 4, 7, 9, 9, 9, 8, 0, 6]);
});

test('the same options give the same run, and another seed another', () => {
  const run = (seed: number): string => {
    const order: number[] = [];
    const machine = simulate(
      function* (cpu): Steps {
        for (let i = 0; i < 50; i++) {
          yield cpu.add(word, 1);
          order.push(cpu.id);
          yield cpu.work(100 * cpu.random.next());
        }
      },
      { threads: 16, seed },
    );
    return `${order.join()} ${machine.steps}`;
  };
  assert.equal(run(1), run(1));
  assert.notEqual(run(1), run(2));
});

test('a word that all CPUs add to is had by one after another: its rate is that of its transfers', () => {
  const times = 200;
  const threads = 8;
  const machine = new SimMachine({
    profile: plainProfile(),
    cpus: threads,
    threads,
    words: new Int32Array(256),
    seed: 1,
  });
  const began = startNs + 10_000;
  machine.start(function* (cpu): Steps {
    yield cpu.load(word);
    yield cpu.work(began - (yield cpu.now()));
    for (let i = 0; i < times; i++) yield cpu.add(word, 1);
  });
  let ended = began;
  while (machine.live > 0) machine.run((ended += 10));
  const each = (ended - began) / (times * threads);
  // Within a residency the CPU that has the line can use it again.
  const most = line.cluster + 1;
  const least = line.cluster / (1 + Math.ceil(line.residency / line.atomic));
  assert.ok(each <= most && each >= least, `${each} ns an addition`);
});

test('a spinner goes on when the word changes, and costs nothing meanwhile', () => {
  let seen = -1;
  let wentOn = 0;
  const machine = simulate(
    function* (cpu): Steps {
      if (cpu.id === 0) {
        seen = yield cpu.awaitChange(word, 0);
        wentOn = yield cpu.now();
      } else {
        yield cpu.work(500_000);
        yield cpu.store(word, 7);
      }
    },
    { threads: 2 },
  );
  assert.equal(seen, 7);
  assert.ok(wentOn > 500_000 && wentOn < 503_000, `${wentOn}`);
  assert.ok(machine.events < 20, `${machine.events} events`);
});

test('a spinner sees a plain store too, though what publishes it is on another line', () => {
  let seen = -1;
  simulate(
    function* (cpu): Steps {
      if (cpu.id === 0) seen = yield cpu.awaitChange(word, 0);
      else {
        yield cpu.work(5000);
        yield cpu.set(word, 3);
        yield cpu.store(other, 1);
      }
    },
    { threads: 2 },
  );
  assert.equal(seen, 3);
});

test('a spinner with a limit gives up at it', () => {
  let value = -1;
  const took = timeOf(function* (cpu) {
    value = yield cpu.awaitChange(word, 0, 5000);
  });
  assert.equal(value, 0);
  assert.equal(took, 5000);
});

test('a spinner for an owner stops when the owner sleeps', () => {
  let stopped = 0;
  simulate(
    function* (cpu): Steps {
      if (cpu.id === 0) {
        yield cpu.work(10_000);
        yield cpu.sleep(1e6);
      } else {
        yield cpu.work(2000);
        assert.equal(yield cpu.isRunning(0), 1);
        yield cpu.awaitOwner(word, 0, 0);
        stopped = yield cpu.now();
        assert.equal(yield cpu.isRunning(0), 0);
      }
    },
    { threads: 2 },
  );
  assert.ok(stopped > 10_000 && stopped < 13_000, `${stopped}`);
});

test('who sleeps on a word is woken after the latency of an idle CPU: more, if it has idled for long', () => {
  const wakeAfter = (idleNs: number): number => {
    let woken = 0;
    let called = 0;
    simulate(
      function* (cpu): Steps {
        if (cpu.id === 0) {
          assert.equal(yield cpu.park(word, 0), parkResult.woken);
          woken = yield cpu.now();
        } else {
          yield cpu.work(idleNs);
          called = yield cpu.now();
          assert.equal(yield cpu.wake(word, 1), 1);
        }
      },
      { threads: 2 },
    );
    return woken - called;
  };
  const { deepIdleAfter, wakeCall, wakeDeep, wakeShallow } = scheduler;
  assert.equal(wakeAfter(50_000), wakeCall + wakeShallow);
  assert.equal(wakeAfter(deepIdleAfter + 50_000), wakeCall + wakeDeep);
});

test('park does not sleep if the word has changed, and wakes at its limit', () => {
  const results: number[] = [];
  const took = timeOf(function* (cpu) {
    results.push(yield cpu.park(word, 1), yield cpu.park(word, 0, 20_000));
    results.push(yield cpu.wake(word, 1));
  });
  assert.deepEqual(results, [parkResult.differed, parkResult.timedOut, 0]);
  assert.ok(took >= 20_000 + scheduler.wakeShallow + scheduler.wakeCall);
});

test('waking costs the waker for each one it wakes, and once where there is none', () => {
  let took = 0;
  simulate(
    function* (cpu): Steps {
      if (cpu.id < 3) yield cpu.park(word, 0);
      else {
        yield cpu.work(5000);
        const before = yield cpu.now();
        assert.equal(yield cpu.wake(word, 9), 3);
        assert.equal(yield cpu.wake(word, 9), 0);
        took = (yield cpu.now()) - before;
      }
    },
    { threads: 4 },
  );
  assert.equal(took, 4 * scheduler.wakeCall);
});

test('more threads than CPUs take turns, a slice each', () => {
  const ended: number[] = [];
  const work = 2.5 * scheduler.slice;
  const machine = simulate(
    function* (cpu): Steps {
      yield cpu.work(work);
      ended.push(yield cpu.now());
    },
    { threads: 4, cpus: 2 },
  );
  const last = Math.max(...ended);
  assert.ok(last >= 2 * work && last < 2 * work + 20 * scheduler.contextSwitch, `${last}`);
  assert.ok(machine.scheduler.contextSwitches >= 8);
});

test('with preemption off a thread keeps its CPU and is told that it is wanted', () => {
  const ended: number[] = [];
  let wanted = 0;
  simulate(
    function* (cpu): Steps {
      yield cpu.preemption(0);
      yield cpu.work(3 * scheduler.slice);
      wanted += yield cpu.needsReschedule();
      yield cpu.preemption(1);
      yield cpu.work(1000);
      ended.push(cpu.id);
    },
    { threads: 2, cpus: 1 },
  );
  assert.equal(wanted, 2, 'each had the other behind it');
  assert.deepEqual(ended, [0, 1]);
});

test('a shootdown interrupts the CPUs that run the address space, and costs by how many they are', () => {
  const took = (spaces: readonly number[]): readonly number[] => {
    const times: number[] = [];
    simulate(
      function* (cpu): Steps {
        yield cpu.work(cpu.id === 0 ? 10_000 : 2000);
        const before = yield cpu.now();
        if (cpu.id === 0) yield cpu.shootdown(9, 1);
        else yield cpu.work(50_000);
        // A step that others see, so that the interrupts have come.
        yield cpu.load(word + 32 * cpu.id);
        times[cpu.id] = (yield cpu.now()) - before;
      },
      { threads: 3, spaceOf: Int32Array.from(spaces) },
    );
    return times;
  };
  const { base, handler, perCpu } = plainProfile().shootdown;
  assert.deepEqual(took([0, 0, 1]), [
    base + perCpu + line.memory,
    50_000 + handler + line.memory,
    50_000 + line.memory,
  ]);
  assert.equal(took([0, 0, 0])[0], base + 2 * perCpu + line.memory);
  assert.equal(took([0, 1, 1])[0], line.memory, 'nobody else runs it');
});

test('a host takes vCPUs away, and tells who asks', () => {
  const hypervisor = { physicalCpus: 2, slice: 1e6, worldSwitch: 3000, kick: 5000 };
  let preempted = 0;
  const ended: number[] = [];
  const machine = simulate(
    function* (cpu, { scheduler: guest }): Steps {
      for (let i = 0; i < 100; i++) {
        yield cpu.work(50_000);
        preempted += yield cpu.isPreempted((cpu.id + 1) % 4);
      }
      ended.push(yield cpu.now());
      assert.ok(guest.host !== null);
    },
    { threads: 4, profile: plainProfile({ hypervisor }) },
  );
  assert.ok(preempted > 100, `seen preempted ${preempted} times`);
  assert.ok((machine.scheduler.host?.preemptions ?? 0) >= 8);
  assert.ok(Math.max(...ended) >= 10e6, 'four vCPUs of 5 ms each on two physical ones');
});

test('a vCPU that halts leaves its physical CPU to others', () => {
  const hypervisor = { physicalCpus: 1, slice: 10e6, worldSwitch: 3000, kick: 5000 };
  let sleeperWoke = 0;
  let workerEnded = 0;
  simulate(
    function* (cpu): Steps {
      if (cpu.id === 0) {
        yield cpu.sleep(1e6);
        sleeperWoke = yield cpu.now();
      } else {
        yield cpu.work(2e6);
        workerEnded = yield cpu.now();
      }
    },
    { threads: 2, profile: plainProfile({ hypervisor }) },
  );
  assert.ok(workerEnded < 2.1e6, `${workerEnded}`);
  assert.ok(sleeperWoke >= workerEnded, 'it must wait until the host has a CPU for it');
});

test('threads that wait for each other for ever are found', () => {
  const machine = new SimMachine({
    profile: plainProfile(),
    cpus: 2,
    threads: 2,
    words: new Int32Array(256),
    seed: 1,
  });
  machine.start(function* (cpu): Steps {
    if (cpu.id === 0) yield cpu.park(word, 0);
    else yield cpu.awaitChange(other, 0);
  });
  assert.equal(machine.run(1e9), false);
  assert.match(machine.describe(0), /^park\(word 64 = 0\)$/);
  assert.match(machine.describe(1), /^awaitChange\(word 128 = 0\)$/);
});

/** A mix of everything that takes or gives up time. */
function* busyMix(cpu: Cpu): Steps {
  for (let i = 0; i < 40; i++) {
    yield cpu.add(word, 1);
    yield cpu.work(200 * cpu.random.next());
    yield cpu.load(other);
    if (cpu.random.next() < 0.2) yield cpu.park(other, 0, 30_000 * cpu.random.next());
    if (cpu.random.next() < 0.2) yield cpu.wake(other, 2);
    if (cpu.random.next() < 0.2) yield cpu.awaitChange(word, yield cpu.load(word), 3000);
    if (cpu.random.next() < 0.1) yield cpu.sleep(20_000);
    if (cpu.random.next() < 0.1) yield cpu.shootdown(99, 1);
  }
}

const offCpu: ReadonlySet<string> = new Set(['io', 'ready', 'stolen', 'ended']);

for (const [threads, cpus] of [
  [8, 8],
  [12, 5],
] as const) {
  test(`no time is lost: ${threads} threads on ${cpus} CPUs`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const machine = new SimMachine({
        profile: plainProfile(),
        cpus,
        threads,
        words: new Int32Array(256),
        seed,
      });
      machine.start(busyMix);
      const until = startNs + 60_000 * seed;
      machine.run(until);
      const spent = machine.account.snapshot(until);
      let onCpu = 0;
      for (let thread = 0; thread < threads; thread++) {
        let all = 0;
        for (let place = 0; place < accountPlaces; place++) {
          const ns = spent[thread * accountPlaces + place] as number;
          all += ns;
          const name = timeKinds[place];
          // Of waiting for locks only spinning, the first of three, keeps the CPU.
          const keeps =
            name === undefined ? (place - timeKinds.length) % 3 === 0 : !offCpu.has(name);
          if (keeps) onCpu += ns;
        }
        assert.equal(all, until - startNs, `thread ${thread}, seed ${seed}`);
      }
      assert.equal(onCpu + machine.scheduler.idleUpTo(until), cpus * until, `seed ${seed}`);
    }
    assert.ok(timeKind.ended > 0);
  });
}
