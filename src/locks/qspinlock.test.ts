import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex } from './definition.js';
import { lockBase } from './lock-check.test-support.js';
import { UnfairQueuedSpinlock } from './qspinlock-unfair.js';
import { pending, QueuedSpinlock, tailShift } from './qspinlock.js';

const threads = 4;

/** One thread a row: when it comes, and for how long it holds the lock. */
interface Visit {
  readonly comesNs: number;
  readonly holdNs: number;
}

/** Runs visits in virtual time; gives the order of service, the words touched and the values of the lock word. */
function run(lock: Mutex, visits: readonly Visit[]) {
  const served: number[] = [];
  const nodes = new Set<number>();
  const values: number[] = [];
  const machine = new Interleaver({
    threads: visits.length,
    words: lockBase + lineWords * (1 + threads),
    schedule: 'round-robin',
    onStep: (cpu, { word }) => {
      if (word >= lockBase + lineWords) nodes.add(cpu.id);
      if (word === lockBase) values.push(cpu.memory.get(lockBase));
    },
  });
  machine.run(
    visits.map(({ comesNs, holdNs }) => {
      return function* (cpu: Cpu): Steps {
        yield cpu.work(comesNs);
        yield lock.lock(cpu);
        served.push(cpu.id);
        yield cpu.work(holdNs);
        yield lock.unlock(cpu);
      };
    }),
  );
  assert.equal(machine.memory.get(lockBase), 0);
  return { served, nodes: [...nodes].sort(), values };
}

describe('qspinlock', () => {
  it('has the second to come wait on the pending bit, without a node, and the others in a queue', () => {
    const two = [
      { comesNs: 0, holdNs: 1000 },
      { comesNs: 300, holdNs: 1000 },
    ];
    const alone = run(new QueuedSpinlock(lockBase), two);
    assert.deepEqual(alone.served, [0, 1]);
    assert.deepEqual(alone.nodes, []);
    assert.ok(alone.values.includes(pending | 1), 'held, and one pending');
    assert.ok(alone.values.includes(pending), 'free, and one pending');
    const four = [...two, { comesNs: 600, holdNs: 10 }, { comesNs: 800, holdNs: 10 }];
    const queued = run(new QueuedSpinlock(lockBase), four);
    assert.deepEqual(queued.served, [0, 1, 2, 3]);
    assert.deepEqual(queued.nodes, [2, 3]);
    assert.ok(queued.values.includes((4 << tailShift) | pending | 1));
  });

  /** Who is served in what order, and who sets and clears the pending bit, under a schedule. */
  function follow(schedule: readonly number[], lock: Mutex = new QueuedSpinlock(lockBase)) {
    const marks: string[] = [];
    const served: number[] = [];
    const machine = new Interleaver({
      threads,
      words: lockBase + lineWords * (1 + threads),
      schedule,
      onStep: (cpu, { name, word }) => {
        if (word === lockBase && (name === 'or' || name === 'and')) marks.push(`${cpu.id} ${name}`);
      },
    });
    const program = function* (cpu: Cpu): Steps {
      yield lock.lock(cpu);
      served.push(cpu.id);
      yield lock.unlock(cpu);
    };
    machine.run([program, program, program, program]);
    assert.equal(machine.memory.get(lockBase), 0);
    return { marks, served, steals: machine.cpus.map(({ count }) => count.steals) };
  }

  /** So many turns of one thread; those in which it cannot go on are left out. */
  const turns = (thread: number, count: number): number[] =>
    Array.from({ length: count }, () => thread);

  it('leaves the pending bit to the one who set it first', () => {
    // 1 and 2 both find the lock merely held, and then set the bit one after the other.
    const { marks, served } = follow([0, 0, 1, 1, 2, 2, 1, ...turns(2, 10), ...turns(3, 10)]);
    assert.deepEqual(marks.slice(0, 2), ['1 or', '2 or']);
    assert.ok(!marks.includes('2 and'));
    assert.deepEqual(served, [0, 1, 2, 3]);
  });

  it('takes back a pending bit that was set when the queue was no longer empty', () => {
    // 3 finds the lock merely held. Then 1 is pending, 2 queues, and 1 gets the lock, before 3 sets the bit.
    const { marks, served } = follow([
      ...[0, 0, 3, 3, ...turns(1, 8), ...turns(2, 12)],
      ...[0, 1, 1, ...turns(3, 12)],
    ]);
    assert.deepEqual(marks.slice(0, 3), ['1 or', '3 or', '3 and']);
    assert.deepEqual(served, [0, 1, 2, 3]);
  });

  it('unfair: lets an arrival have a free lock before the head of the queue', () => {
    const schedule = [0, 0, ...turns(1, 20), ...turns(2, 20), 0, ...turns(3, 20)];
    const { served, steals } = follow(schedule, new UnfairQueuedSpinlock(lockBase));
    assert.deepEqual(served, [0, 3, 1, 2], 'those who queue stay in order');
    assert.deepEqual(steals, [0, 0, 0, 1]);
    assert.deepEqual(follow(schedule).served, [0, 1, 2, 3]);
  });

  it('unfair: has no pending bit', () => {
    const visits = Array.from({ length: 4 }, (_, id) => ({ comesNs: id * 200, holdNs: 1000 }));
    const { values } = run(new UnfairQueuedSpinlock(lockBase), visits);
    assert.ok(values.every((value) => (value & pending) === 0));
  });
});
