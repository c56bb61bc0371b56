import type { ReadWriteDefinition, ReadWriteLock } from '../../../locks/definition.js';
import type { Counters } from '../../../machine/counters.js';
import type { Cpu } from '../../../machine/cpu.js';
import { lockClasses } from '../../../machine/lock-class.js';
import type { Steps } from '../../../machine/steps.js';
import type { LockOrder } from './lock-order.js';

/**
 * What stands in for every lock of a model under test: one word, in which readers are counted and -1 is a
 * writer. It does what any reader/writer lock does in as few steps as there can be; the locks themselves are
 * verified by themselves. Tells who holds what in which order.
 */
export class StandInLock implements ReadWriteLock {
  protected readonly word: number;
  private readonly order: LockOrder;

  constructor(base: number, order: LockOrder) {
    this.word = base;
    this.order = order;
  }

  *readLock(cpu: Cpu): Steps {
    this.order.wants(cpu.id, this.word, this.name(cpu));
    while ((yield this.tryReadLock(cpu)) === 0) yield cpu.awaitChange(this.word, -1);
  }

  *readUnlock(cpu: Cpu): Steps {
    yield cpu.add(this.word, -1);
    this.order.leaves(cpu.id, this.word);
  }

  *writeLock(cpu: Cpu): Steps {
    this.order.wants(cpu.id, this.word, this.name(cpu));
    yield cpu.acquire(this.word, 0, -1);
    this.order.has(cpu.id, this.word, this.name(cpu));
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield cpu.store(this.word, 0);
    this.order.leaves(cpu.id, this.word);
  }

  *downgrade(cpu: Cpu): Steps {
    yield cpu.store(this.word, 1);
  }

  *tryReadLock(cpu: Cpu): Steps<number> {
    let count = yield cpu.load(this.word);
    while (count >= 0) {
      const found = yield cpu.cas(this.word, count, count + 1);
      if (found === count) {
        this.order.has(cpu.id, this.word, this.name(cpu));
        return 1;
      }
      count = found;
    }
    return 0;
  }

  *tryWriteLock(cpu: Cpu): Steps<number> {
    if ((yield cpu.cas(this.word, 0, -1)) !== 0) return 0;
    this.order.has(cpu.id, this.word, this.name(cpu));
    return 1;
  }

  /** `Observed` counts in the counters of the lock's class while it acquires. */
  private name({ task, count }: Cpu): string {
    const counters: readonly Counters[] = task.counters;
    return `${lockClasses[counters.indexOf(count)] ?? 'a lock'} (word ${this.word})`;
  }
}

export type LockClass = new (base: number, order: LockOrder) => ReadWriteLock;

/** A definition under which the model takes `lock` for the lock of that name. */
export const standIn = (name: string, order: LockOrder, lock: LockClass): ReadWriteDefinition => ({
  name,
  kind: 'rw',
  sleeps: true,
  fair: false,
  words: () => 1,
  idle: () => [[0, 0]],
  create: (base) => new lock(base, order),
});
