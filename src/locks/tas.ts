import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, MutexDefinition } from './definition.js';

const free = 0;
const held = 1;

/**
 * What the locks of one word have in common: an exchange takes it, a store of 0 gives it back. Whoever comes
 * at the right moment has it, so none of them bounds how long a waiter can be passed.
 */
export abstract class TestAndSetLock implements Mutex {
  protected readonly word: number;

  constructor(base: number) {
    this.word = base;
  }

  *lock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    if ((yield cpu.swap(this.word, held)) !== free) yield this.lockSlow(cpu);
  }

  *unlock(cpu: Cpu): Steps {
    yield cpu.store(this.word, free);
    yield cpu.preemption(1);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if ((yield this.attempt(cpu)) !== 0) return 1;
    yield cpu.preemption(1);
    return 0;
  }

  /** Waits until the lock is the caller's; its first attempt has failed. */
  protected abstract lockSlow(cpu: Cpu): Steps;

  /** 1 if it took the lock. */
  protected *attempt(cpu: Cpu): Steps<number> {
    return (yield cpu.swap(this.word, held)) === free ? 1 : 0;
  }

  /** Waits by reading, so that waiters share the line, until the lock looks free. */
  protected *awaitFree(cpu: Cpu): Steps {
    while ((yield cpu.awaitChange(this.word, held)) === held);
  }
}

/** Test-and-set lock: every turn of a waiter is an exchange, which takes the line away from all others. */
export class TasLock extends TestAndSetLock {
  protected *lockSlow(cpu: Cpu): Steps {
    cpu.count.spins++;
    do {
      cpu.count.retries++;
      yield cpu.awaitChange(this.word, held, 0);
    } while ((yield this.attempt(cpu)) === 0);
  }
}

export const tas: MutexDefinition = {
  name: 'tas',
  kind: 'mutex',
  about: 'test-and-set spinlock: waiters exchange until they find it free; no order',
  since: '1960s',
  source:
    'Anderson, "The Performance of Spin Lock Alternatives for Shared-Memory Multiprocessors", IEEE TPDS 1(1), 1990, section III',
  sleeps: false,
  spins: true,
  fair: false,
  words: () => lineWords,
  idle: () => [[0, free]],
  create: (base) => new TasLock(base),
};
