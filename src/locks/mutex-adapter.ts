import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, ReadWriteLock } from './definition.js';

/** A mutex where a reader/writer lock is expected: readers exclude each other too. */
export class MutexAdapter implements ReadWriteLock {
  private readonly mutex: Mutex;

  constructor(mutex: Mutex) {
    this.mutex = mutex;
  }

  *readLock(cpu: Cpu): Steps {
    yield this.mutex.lock(cpu);
  }

  *readUnlock(cpu: Cpu): Steps {
    yield this.mutex.unlock(cpu);
  }

  *writeLock(cpu: Cpu): Steps {
    yield this.mutex.lock(cpu);
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield this.mutex.unlock(cpu);
  }

  *tryReadLock(cpu: Cpu): Steps<number> {
    const mutex = this.mutex;
    if (mutex.tryLock === undefined) return 0;
    return yield mutex.tryLock(cpu);
  }

  *tryWriteLock(cpu: Cpu): Steps<number> {
    const mutex = this.mutex;
    if (mutex.tryLock === undefined) return 0;
    return yield mutex.tryLock(cpu);
  }
}
