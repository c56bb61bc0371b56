import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import { lockClassIndex } from '../machine/lock-class.js';
import type { Steps } from '../machine/steps.js';
import type { MutexDefinition, ReadWriteDefinition, SimpleLockDefinition } from './definition.js';
import { lockFault, LockRecord } from './lock-record.js';
import { Observed } from './observed.js';
import { builtInLocks, isSimple, lockNamed } from './registry.js';
import { SleepingWordLock } from './sleeping-word-lock.js';
import { WordLock } from './word-lock.js';

const mmapClass = lockClassIndex('mmap_lock');
const threads = 3;

/** A world with one observed lock and its machine. */
function worldOf(definition: SimpleLockDefinition, seed = 1) {
  const layout = new Layout();
  const record = new LockRecord(layout, threads);
  const lock = new Observed(layout, record, definition, threads, 'mmap_lock');
  const inner = new Observed(
    layout,
    record,
    lockNamed(builtInLocks, 'rwsem-fifo'),
    threads,
    'anon_vma',
  );
  const table = new WordLock(record, 'page_table');
  const folio = new SleepingWordLock(record, 'folio');
  const word = layout.allocate(16);
  const machine = new Interleaver({ threads, words: layout.words, seed });
  lock.initialise(machine.memory);
  inner.initialise(machine.memory);
  const check = () => [...record.check(machine.memory), ...lock.check(machine.memory)];
  const tasks = machine.cpus.map((cpu) => cpu.task);
  return { record, lock, inner, table, folio, word, machine, check, tasks };
}

/** Excludes nobody. */
const brokenMutex: MutexDefinition = {
  name: 'broken',
  kind: 'mutex',
  sleeps: true,
  fair: false,
  words: () => 16,
  create: (base) => ({
    *lock(cpu: Cpu): Steps {
      yield cpu.load(base);
    },
    *unlock(cpu: Cpu): Steps {
      yield cpu.load(base);
    },
  }),
};

const brokenReaders: ReadWriteDefinition = {
  name: 'broken-readers',
  kind: 'rw',
  sleeps: true,
  fair: false,
  words: () => 16,
  create: (base) => ({
    *readLock(cpu: Cpu): Steps {
      yield cpu.load(base);
    },
    *readUnlock(cpu: Cpu): Steps {
      yield cpu.load(base);
    },
    *writeLock(cpu: Cpu): Steps {
      yield cpu.acquire(base, 0, 1);
    },
    *writeUnlock(cpu: Cpu): Steps {
      yield cpu.store(base, 0);
    },
  }),
};

function* user(cpu: Cpu, lock: Observed): Steps {
  for (let round = 0; round < 20; round++) {
    if (cpu.random.below(2) === 0) {
      yield lock.writeLock(cpu);
      yield cpu.work(20);
      yield lock.writeUnlock(cpu);
    } else {
      yield lock.readLock(cpu);
      yield cpu.work(20);
      yield lock.readUnlock(cpu);
    }
  }
}

describe('Observed', () => {
  it('finds nothing wrong with right locks, counts every acquisition and every wait', () => {
    for (const definition of [...builtInLocks.values()].filter(isSimple)) {
      const { name } = definition;
      const { lock, machine, check, tasks } = worldOf(definition);
      const counts = machine.cpus.map((cpu) => cpu.count);
      machine.run(tasks.map(() => (cpu: Cpu) => user(cpu, lock)));
      assert.deepEqual(check(), [], name);
      for (const [id, task] of tasks.entries()) {
        const count = task.counters[mmapClass];
        assert.ok(count);
        assert.equal(count.acquisitions, 20);
        assert.ok(count.contended <= 20 && count.contended > 0);
        assert.ok(task.waitedNs > 0, `${name} waited`);
        assert.equal(task.noSleepDepth, 0);
        assert.equal(task.holdNs, 0, 'holds of operations that are not timed cost no clock');
        assert.equal(machine.cpus[id]?.count, counts[id], 'counters put back');
      }
      const all = tasks.reduce(
        (sum, { counters }) => sum + (counters[mmapClass]?.contended ?? 0),
        0,
      );
      assert.ok(all > 0);
    }
  });

  it('finds a lock that excludes nobody, whether its users read or write', () => {
    for (const mode of ['read', 'write'] as const) {
      let found = '';
      for (let seed = 1; seed <= 20; seed++) {
        const { lock, machine, check } = worldOf(brokenMutex, seed);
        const program = function* (cpu: Cpu): Steps {
          for (let round = 0; round < 20; round++) {
            yield mode === 'read' ? lock.readLock(cpu) : lock.writeLock(cpu);
            yield mode === 'read' ? lock.readUnlock(cpu) : lock.writeUnlock(cpu);
          }
        };
        machine.run([program, program]);
        found += check().join('\n');
      }
      assert.match(found, /mmap_lock broken: two holders were inside at once/);
      assert.match(found, /mmap_lock broken: the protected counter lost updates: 40 exclusive/);
    }
  });

  it('finds a lock that lets readers in with a writer', () => {
    let found = '';
    for (let seed = 1; seed <= 20; seed++) {
      const { lock, machine, check } = worldOf(brokenReaders, seed);
      machine.run([0, 1].map(() => (cpu: Cpu) => user(cpu, lock)));
      found += check().join('\n');
    }
    assert.match(found, /mmap_lock broken-readers: a reader and a writer were inside at once/);
  });

  it('finds a lock that was never released', () => {
    const { lock, machine, check } = worldOf(lockNamed(builtInLocks, 'rwsem-spin'));
    machine.run([(cpu) => lock.writeLock(cpu)]);
    assert.deepEqual(check().slice(1), [
      'mmap_lock rwsem-spin: not free after all threads ended: word 0 holds -65535 instead of 0',
    ]);
    assert.equal(check()[0], 'mmap_lock rwsem-spin: thread 0 left it locked exclusively');
    const readers = worldOf(lockNamed(builtInLocks, 'qrwlock'));
    readers.machine.run([(cpu) => readers.lock.readLock(cpu)]);
    assert.match(readers.check().join(), /^mmap_lock qrwlock: not free .* word 0 holds 512/);
  });

  it('times the longest hold of a timed operation, and ends it at a downgrade', () => {
    const { lock, machine, tasks } = worldOf(lockNamed(builtInLocks, 'rwsem-fifo'));
    const task = tasks[0];
    assert.ok(task);
    task.sampled = 1;
    machine.run([
      function* (cpu: Cpu): Steps {
        yield lock.writeLock(cpu);
        yield cpu.work(5000);
        assert.equal(yield lock.downgrade(cpu), 1);
        yield cpu.work(4000);
        yield lock.readUnlock(cpu);
        yield lock.readLock(cpu);
        yield cpu.work(1000);
        yield lock.readUnlock(cpu);
      },
    ]);
    assert.ok(task.holdNs >= 5000 && task.holdNs < 6000, `${task.holdNs}`);
    assert.ok(task.heldSince.every((since) => since === 0));
  });

  it('says what a lock can do', () => {
    const can = (definition: SimpleLockDefinition) => {
      const { lock } = worldOf(definition);
      return [lock.canDowngrade, lock.canTry, lock.holderMaySleep];
    };
    assert.deepEqual(can(lockNamed(builtInLocks, 'mutex')), [false, true, true]);
    assert.deepEqual(can(lockNamed(builtInLocks, 'rwsem-spin')), [true, true, true]);
    assert.deepEqual(can(lockNamed(builtInLocks, 'qrwlock')), [false, true, false]);
    assert.deepEqual(can(brokenReaders), [false, false, true]);
    const { lock, machine } = worldOf(brokenReaders);
    const [digits] = machine.run([
      function* (cpu: Cpu): Steps<number> {
        yield lock.writeLock(cpu);
        const downgraded = yield lock.downgrade(cpu);
        yield lock.writeUnlock(cpu);
        const read = yield lock.tryReadLock(cpu);
        return downgraded * 100 + read * 10 + (yield lock.tryWriteLock(cpu));
      },
    ]);
    assert.equal(digits, 0);
  });

  it('takes a lock by trying only when it is free', () => {
    for (const definition of [...builtInLocks.values()].filter(isSimple)) {
      const { name } = definition;
      const { lock, machine, check } = worldOf(definition);
      if (!lock.canTry) continue;
      const [digits] = machine.run([
        function* (cpu: Cpu): Steps<number> {
          const write = yield lock.tryWriteLock(cpu);
          const read = yield lock.tryReadLock(cpu);
          yield lock.writeUnlock(cpu);
          const again = yield lock.tryReadLock(cpu);
          yield lock.readUnlock(cpu);
          return write * 100 + read * 10 + again;
        },
      ]);
      assert.equal(digits, 101, name);
      assert.deepEqual(check(), [], name);
    }
  });
});

describe('LockRecord', () => {
  it('finds a holder that sleeps where it may not', () => {
    const { lock, record, machine, check } = worldOf(lockNamed(builtInLocks, 'rwlock'));
    const program = function* (cpu: Cpu): Steps {
      yield lock.readLock(cpu);
      // The machine itself would stop here; the record alone has to find it.
      yield record.report(cpu, mmapClass, lockFault.slept);
      yield lock.readUnlock(cpu);
      yield record.sleep(cpu, 100);
    };
    machine.run([program]);
    assert.deepEqual(check(), [
      'mmap_lock rwlock: a holder slept although this lock does not allow it',
    ]);
    const strict = worldOf(lockNamed(builtInLocks, 'rwlock'));
    assert.throws(
      () =>
        strict.machine.run([
          function* (cpu: Cpu): Steps {
            yield strict.lock.readLock(cpu);
            yield strict.record.sleep(cpu, 100);
          },
        ]),
      /may not sleep/,
    );
    assert.match(strict.check().join(), /a holder slept/);
  });

  it('lets a thread wait for an inner lock that sleeps, but not under a page-table lock', () => {
    const run = (underTable: boolean) => {
      const { lock, inner, table, word, machine, check } = worldOf(
        lockNamed(builtInLocks, 'qrwlock'),
      );
      const holder = function* (cpu: Cpu): Steps {
        yield inner.writeLock(cpu);
        yield cpu.sleep(10_000);
        yield inner.writeUnlock(cpu);
      };
      const waiter = function* (cpu: Cpu): Steps {
        yield cpu.work(2000);
        yield lock.readLock(cpu);
        if (underTable) yield table.lock(cpu, word);
        yield inner.readLock(cpu);
        yield inner.readUnlock(cpu);
        if (underTable) yield table.unlock(cpu, word);
        yield lock.readUnlock(cpu);
      };
      machine.run([holder, waiter]);
      return check();
    };
    assert.deepEqual(run(false), []);
    assert.throws(() => run(true), /may not sleep/);
  });
});

describe('word locks', () => {
  it('exclude, count, and are free afterwards', () => {
    for (const kind of ['table', 'folio'] as const) {
      for (let seed = 1; seed <= 200; seed++) {
        const world = worldOf(lockNamed(builtInLocks, 'mutex'), seed);
        const { word, machine, tasks } = world;
        const lock = world[kind];
        let inside = 0;
        let tried = 0;
        const program = function* (cpu: Cpu): Steps {
          for (let round = 0; round < 10; round++) {
            if (cpu.random.below(3) > 0) yield lock.lock(cpu, word);
            else if ((yield lock.tryLock(cpu, word)) === 0) continue;
            tried++;
            assert.equal(++inside, 1);
            yield cpu.pause();
            inside--;
            yield lock.unlock(cpu, word);
          }
        };
        machine.run([program, program, program]);
        assert.equal(machine.memory.get(word), 0);
        assert.deepEqual(world.check(), []);
        const index = lockClassIndex(kind === 'table' ? 'page_table' : 'folio');
        const counted = tasks.reduce(
          (sum, task) => sum + (task.counters[index]?.acquisitions ?? 0),
          0,
        );
        assert.equal(counted, tried);
      }
    }
  });

  it('report an unlock by a thread that does not hold them', () => {
    const { table, word, machine, check } = worldOf(lockNamed(builtInLocks, 'mutex'));
    machine.run([(cpu) => table.unlock(cpu, word)]);
    assert.deepEqual(check(), ['page_table: two holders were inside at once']);
  });
});
