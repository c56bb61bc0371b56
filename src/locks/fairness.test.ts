import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { LockDefinition } from './definition.js';
import {
  checkLock,
  lockBase,
  machineFor,
  readWriteLock,
  type Mix,
} from './lock-check.test-support.js';
import { mostPasses } from './passes.test-support.js';
import { builtInLocks, lockNamed } from './registry.js';
import { TicketLock } from './ticket.js';

/** Words of `WaitList` in the classic rwsems: its last entry, and of a thread's node its kind and its state. */
const listWord = lockBase + 16;
const lastWord = listWord + 2;
const nodeWord = (thread: number): number => listWord + 16 + thread * 16;
const waitsToRead = 1;

const readsAndWrites: Mix = { write: 0.5, downgrade: 0.1, tryRead: 0, tryWrite: 0, sleep: 0.1 };

/** Acquisitions made while somebody who had queued earlier was still waiting, by mode. */
function countPasses(name: string, seeds: number): { reads: number; writes: number } {
  const passes = { reads: 0, writes: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const queue: number[] = [];
    const leave = (thread: number, write: boolean): void => {
      const position = queue.indexOf(thread);
      if (position > 0 || (position === -1 && queue.length > 0)) {
        if (write) passes.writes++;
        else passes.reads++;
      }
      if (position !== -1) queue.splice(position, 1);
    };
    const granted = new Set<number>();
    let pending = -1;
    const { machine } = checkLock({
      definition: lockNamed(builtInLocks, name),
      threads: 4,
      rounds: 12,
      seed,
      mix: readsAndWrites,
      onStep: (cpu, { name: step, word }) => {
        const value = word === -1 ? 0 : cpu.memory.get(word);
        if (step === 'set' && word === lastWord && value === cpu.id + 1) {
          // The first in the queue stands there for all to see once the count says so.
          if (queue.length === 0) pending = cpu.id;
          else queue.push(cpu.id);
        } else if (step === 'add' && word === lockBase && pending === cpu.id) {
          queue.push(cpu.id);
          pending = -1;
        }
        // A count without the waiting bias: all that are queued have been let in, and will be told.
        while (word === lockBase && value >= 0 && queue[0] !== undefined) {
          granted.add(queue[0]);
          leave(queue[0], false);
        }
        for (const thread of [0, 1, 2, 3]) {
          if (granted.has(thread)) continue;
          if (step !== 'store' || word !== nodeWord(thread) + 3 || value !== 0) continue;
          const reads = cpu.memory.get(nodeWord(thread) + 2) === waitsToRead;
          // Told to go on: a reader has the lock now, and so has a writer of the FIFO rwsem.
          if (reads || name === 'rwsem-fifo') {
            leave(thread, !reads);
            granted.add(thread);
          }
        }
      },
      onEnter: (cpu, write) => {
        if (!granted.delete(cpu.id)) leave(cpu.id, write);
      },
    });
    assert.ok(machine.steps > 0);
    assert.deepEqual(queue, []);
  }
  return passes;
}

const promised = [...builtInLocks.values()].filter(({ fair }) => fair);

describe('order', () => {
  it('rwsem-fifo: nobody passes a waiter that queued earlier', () => {
    assert.deepEqual(countPasses('rwsem-fifo', 400), { reads: 0, writes: 0 });
  });

  for (const name of ['rwsem-steal', 'rwsem-spin']) {
    it(`${name}: writers pass waiters, readers never do`, () => {
      const { reads, writes } = countPasses(name, 400);
      assert.equal(reads, 0);
      assert.ok(writes > 0);
    });
  }

  it('qrwlock: nobody enters between a writer that announced itself and that writer', () => {
    let announced = 0;
    for (let seed = 1; seed <= 400; seed++) {
      let waiting = -1;
      checkLock({
        definition: lockNamed(builtInLocks, 'qrwlock'),
        threads: 4,
        rounds: 12,
        seed,
        mix: { ...readsAndWrites, tryRead: 0.1, tryWrite: 0.1 },
        onStep: (cpu, { name, word }) => {
          if (name !== 'or' || word !== lockBase) return;
          waiting = cpu.id;
          announced++;
        },
        onEnter: (cpu) => {
          assert.ok(waiting === -1 || waiting === cpu.id, `cpu ${cpu.id} passed cpu ${waiting}`);
          waiting = -1;
        },
      });
    }
    assert.ok(announced > 400);
  });

  it('rwlock: readers that overlap keep a writer out for as long as they go on', () => {
    const definition = lockNamed(builtInLocks, 'rwlock');
    const rounds = 100;
    const order: string[] = [];
    let inside = 0;
    let done = 0;
    const machine = machineFor({ definition, threads: 3, seed: 1 });
    const lock = readWriteLock(definition, 3);
    function* reader(cpu: Cpu): Steps {
      for (let round = 0; round < rounds; round++) {
        yield lock.readLock(cpu);
        inside++;
        order.push('read');
        // Leaves only when the other is inside too, so the lock is never free.
        while (inside < 2 && done === 0) yield cpu.pause();
        inside--;
        yield lock.readUnlock(cpu);
      }
      done++;
    }
    function* writer(cpu: Cpu): Steps {
      while (order.length === 0) yield cpu.pause();
      yield lock.writeLock(cpu);
      order.push('write');
      yield lock.writeUnlock(cpu);
    }
    machine.run([reader, reader, writer]);
    assert.ok(order.indexOf('write') >= rounds, `after ${order.indexOf('write')} reads`);
  });

  it('is promised by locks of every kind that waits', () => {
    assert.deepEqual(
      promised.map(({ name }) => name),
      ['ticket', 'ticket-pv', 'mcs', 'mcs-park', 'qspinlock', 'rwsem-fifo', 'range-tree'],
    );
  });

  for (const definition of promised) {
    it(`${definition.name}: no waiter is passed twice by the same thread`, () => {
      assert.ok(mostPasses(definition, 1000) <= 1);
    });
  }

  it('is not kept by locks that do not promise it', () => {
    const names = [
      'ttas',
      'qspinlock-unfair',
      'mutex-nospin',
      'rwsem-steal',
      'qrwlock',
      'range-list',
    ];
    for (const name of names) {
      assert.ok(mostPasses(builtInLocks.get(name) as LockDefinition, 200) > 1, name);
    }
  });

  it('ticket: first come, first served', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const tickets: number[] = [];
      const served: number[] = [];
      const lock = new TicketLock(lockBase);
      const machine = machineFor({
        definition: lockNamed(builtInLocks, 'qrwlock'),
        threads: 4,
        seed,
        deviations: { earlyReturn: 0.2 },
        onStep: (cpu, { name, word }) => {
          if (name === 'add' && word === lockBase) tickets.push(cpu.id);
        },
      });
      const program = function* (cpu: Cpu): Steps {
        for (let round = 0; round < 5; round++) {
          yield lock.lock(cpu);
          served.push(cpu.id);
          yield cpu.pause();
          yield lock.unlock(cpu);
        }
      };
      machine.run([program, program, program, program]);
      assert.deepEqual(served, tickets);
    }
  });

  it('ticket: tryLock takes the lock only when it is free', () => {
    const lock = new TicketLock(lockBase);
    const machine = machineFor({
      definition: lockNamed(builtInLocks, 'qrwlock'),
      threads: 1,
      seed: 1,
    });
    const [digits] = machine.run([
      function* (cpu: Cpu): Steps<number> {
        const free = yield lock.tryLock(cpu);
        const taken = yield lock.tryLock(cpu);
        yield lock.unlock(cpu);
        const again = yield lock.tryLock(cpu);
        return free * 100 + taken * 10 + again;
      },
    ]);
    assert.equal(digits, 101);
  });
});
