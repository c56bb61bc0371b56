import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { SimpleLockDefinition } from './definition.js';
import { checkLock, explore, mixes, type Mix } from './lock-check.test-support.js';
import { builtInLocks, isSimple, lockNamed } from './registry.js';

const simple = [...builtInLocks.values()].filter((definition) => isSimple(definition));

/** Locks whose holder may not sleep; two of them have waiters that halt. */
const spinlocks = [
  ...['tas', 'tas-backoff', 'ttas', 'ticket', 'ticket-pv', 'mcs'],
  ...['qspinlock', 'qspinlock-pv', 'qspinlock-unfair', 'cna', 'rwlock', 'qrwlock'],
];

describe('built-in locks', () => {
  for (const definition of simple) {
    it(`${definition.name} excludes, lets everyone in and is free afterwards, in 2,000 interleavings`, () => {
      assert.ok(explore(definition, 2000) > 2000 * 10);
    });
  }

  it('are found broken when they are', () => {
    for (const broken of brokenLocks) assert.throws(() => explore(broken, 300), broken.name);
  });

  it('say of themselves what the listing shows', () => {
    for (const [name, definition] of builtInLocks) {
      assert.equal(definition.name, name);
      for (const field of ['about', 'since', 'source', 'spins', 'idle'] as const) {
        assert.ok(definition[field] !== undefined && definition[field] !== '', `${name}: ${field}`);
      }
      assert.equal(definition.words(4) % 16, 0, `${name} ends on a whole line`);
      // Its holder may sleep exactly if its waiters do, at least in the end.
      assert.equal(definition.sleeps, !['seqcount', ...spinlocks].includes(name), name);
    }
    assert.deepEqual(
      [...builtInLocks.keys()],
      [
        ...['tas', 'tas-backoff', 'ttas', 'ticket', 'ticket-pv', 'mcs', 'mcs-park'],
        ...['qspinlock', 'qspinlock-pv', 'qspinlock-unfair', 'cna'],
        ...['mutex', 'mutex-nospin', 'mutex-spin'],
        ...['rwsem-fifo', 'rwsem-steal', 'rwsem-spin'],
        ...['rwsem-head-handoff', 'rwsem-head-handoff-all', 'rwsem-head-handoff-always'],
        'rwsem-reader-spin',
        ...['rwsem-handoff', 'rwsem-handoff-never', 'rwsem-handoff-always', 'rwsem-handoff-run'],
        ...['rwlock', 'qrwlock', 'percpu-rwsem', 'bravo', 'bravo-rwsem-spin'],
        ...['seqcount', 'range-tree', 'range-list'],
      ],
    );
  });

  it('count what they did', () => {
    const counted = (name: string) =>
      checkLock({
        definition: lockNamed(builtInLocks, name),
        threads: 4,
        rounds: 200,
        seed: 1,
        mix: mixes[0] as Mix,
      }).counters;
    for (const name of ['mutex', 'mutex-nospin', 'rwsem-fifo', 'rwsem-steal', 'rwsem-spin']) {
      assert.ok(counted(name).sleeps > 0, `${name}: sleeps`);
    }
    for (const name of ['mutex', 'rwsem-spin', ...spinlocks]) {
      assert.ok(counted(name).spins > 0, `${name}: spins`);
    }
    for (const name of ['mutex', 'mutex-nospin', 'rwsem-steal', 'rwsem-spin']) {
      assert.ok(counted(name).steals > 0, `${name}: steals`);
    }
    for (const name of ['mutex', 'rwsem-fifo']) {
      assert.ok(counted(name).handoffs > 0, `${name}: handoffs`);
    }
    assert.equal(counted('rwsem-fifo').steals, 0);
  });
});

/** Locks with one fault each, which the check must find. */
const brokenLocks: (SimpleLockDefinition & { readonly name: string })[] = [
  {
    name: 'looks and takes in two steps',
    kind: 'mutex',
    sleeps: false,
    fair: false,
    words: () => 16,
    create: (base) => ({
      *lock(cpu: Cpu): Steps {
        while ((yield cpu.load(base)) !== 0) yield cpu.awaitChange(base, 1);
        yield cpu.store(base, 1);
      },
      *unlock(cpu: Cpu): Steps {
        yield cpu.store(base, 0);
      },
    }),
  },
  {
    name: 'forgets to wake',
    kind: 'mutex',
    sleeps: true,
    fair: false,
    words: () => 16,
    create: (base) => ({
      *lock(cpu: Cpu): Steps {
        while ((yield cpu.swap(base, 1)) !== 0) yield cpu.park(base, 1);
      },
      *unlock(cpu: Cpu): Steps {
        yield cpu.store(base, 0);
      },
    }),
  },
  {
    name: 'writer does not wait for readers',
    kind: 'rw',
    sleeps: false,
    fair: false,
    words: () => 16,
    create: (base) => ({
      *readLock(cpu: Cpu): Steps {
        yield cpu.acquire(base, 0, 1);
        yield cpu.store(base, 0);
      },
      *readUnlock(): Steps {},
      *writeLock(cpu: Cpu): Steps {
        yield cpu.acquire(base, 0, 1);
      },
      *writeUnlock(cpu: Cpu): Steps {
        yield cpu.store(base, 0);
      },
    }),
  },
];
