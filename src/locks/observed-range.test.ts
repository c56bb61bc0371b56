import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import { lockClassIndex } from '../machine/lock-class.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition } from './definition.js';
import { LockRecord } from './lock-record.js';
import { ObservedRange } from './observed-range.js';
import { rangeDefinitions } from './range-check.test-support.js';

const mmapClass = lockClassIndex('mmap_lock');
const threads = 3;

function worldOf(definition: RangeDefinition, seed = 1, gap = 1) {
  const layout = new Layout();
  const record = new LockRecord(layout, threads);
  const lock = new ObservedRange(layout, record, definition, threads, 'mmap_lock', 0, gap);
  const machine = new Interleaver({ threads, words: layout.words, seed });
  lock.initialise(machine.memory);
  const check = () => [...record.check(machine.memory), ...lock.check(machine.memory)];
  return { lock, machine, check, tasks: machine.cpus.map((cpu) => cpu.task) };
}

/** Excludes nobody. */
const broken: RangeDefinition = {
  name: 'broken',
  kind: 'range',
  sleeps: false,
  fair: false,
  words: () => 16,
  initial: () => [[3, 7]],
  idle: () => [[3, 7]],
  create: (base) => ({
    *acquire(cpu: Cpu): Steps<number> {
      yield cpu.load(base);
      return 1;
    },
    *release(cpu: Cpu): Steps {
      yield cpu.load(base);
    },
  }),
};

function* user(cpu: Cpu, lock: ObservedRange): Steps {
  for (let round = 0; round < 20; round++) {
    const start = cpu.random.below(8);
    const write = cpu.random.below(2) === 0 ? 0 : 1;
    const handle = yield lock.acquire(cpu, start, start + 4, write);
    yield cpu.work(20);
    yield lock.release(cpu, handle);
  }
}

describe('ObservedRange', () => {
  it('finds nothing wrong with right locks, counts every acquisition and every wait', () => {
    for (const definition of rangeDefinitions) {
      for (let seed = 1; seed <= 100; seed++) {
        const { check, lock, machine, tasks } = worldOf(definition, seed);
        const counts = machine.cpus.map((cpu) => cpu.count);
        machine.run(tasks.map(() => (cpu: Cpu) => user(cpu, lock)));
        assert.deepEqual(check(), [], definition.name);
        for (const [id, task] of tasks.entries()) {
          const count = task.counters[mmapClass];
          assert.equal(count?.acquisitions, 20);
          assert.equal(task.waitedNs > 0, count.contended > 0);
          assert.equal(task.holdNs, 0, 'holds of operations that are not timed cost no clock');
          assert.equal(machine.cpus[id]?.count, counts[id], 'counters put back');
        }
        assert.ok(tasks.some(({ waitedNs }) => waitedNs > 0));
      }
    }
  });

  it('finds a lock that excludes nobody, by ranges that conflict', () => {
    const found = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const { check, lock, machine, tasks } = worldOf(broken, seed);
      machine.run(tasks.map(() => (cpu: Cpu) => user(cpu, lock)));
      for (const problem of check()) found.add(problem);
    }
    assert.deepEqual([...found].sort(), [
      'mmap_lock broken: a reader and a writer were inside at once',
      'mmap_lock broken: two holders were inside at once',
    ]);
  });

  it('finds nothing wrong with readers of one range and writers beside each other, whatever the lock', () => {
    const { check, lock, machine, tasks } = worldOf(broken);
    machine.run(
      tasks.map(
        (_, id) =>
          function* (cpu: Cpu): Steps {
            for (let round = 0; round < 50; round++) {
              const handle = yield id === 0
                ? lock.acquire(cpu, 4, 8, 1)
                : lock.acquire(cpu, 8, 16, 0);
              yield cpu.work(20);
              yield lock.release(cpu, handle);
            }
          },
      ),
    );
    assert.deepEqual(check(), []);
  });

  it('looks at the first acquisition of a thread and then at one in so many', () => {
    const { lock, machine } = worldOf(broken, 1, 4);
    const before = machine.steps;
    const steps: number[] = [];
    machine.run([
      function* (cpu: Cpu): Steps {
        for (let round = 0; round < 9; round++) {
          yield lock.release(cpu, yield lock.acquire(cpu, 0, 1, 1));
          steps.push(machine.steps - before);
        }
      },
    ]);
    const each = steps.map((end, index) => end - (steps[index - 1] ?? 0));
    const most = Math.max(...each);
    assert.deepEqual(
      each.map((count) => count === most),
      [true, false, false, false, true, false, false, false, true],
    );
  });

  it('times holds of timed operations, and says what was left locked and what is not idle', () => {
    const { check, lock, machine, tasks } = worldOf(broken);
    const task = tasks[0];
    assert.ok(task);
    task.sampled = 1;
    machine.run([
      function* (cpu: Cpu): Steps {
        const handle = yield lock.acquire(cpu, 0, 1, 1);
        assert.equal(task.noSleepDepth, 1);
        yield cpu.work(5000);
        yield lock.release(cpu, handle);
        assert.equal(task.noSleepDepth, 0);
        yield lock.acquire(cpu, 3, 9, 0);
        yield cpu.store(machine.memory.words.indexOf(7), 0);
      },
    ]);
    assert.ok(task.holdNs >= 5000 && task.holdNs < 6000, `${task.holdNs}`);
    assert.deepEqual(check(), [
      'mmap_lock broken: thread 0 left pages 3 to 8 locked',
      'mmap_lock broken: not free after all threads ended: word 3 holds 0 instead of 7',
    ]);
  });
});
