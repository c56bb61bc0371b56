import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition, ReadWriteLock } from './definition.js';

/** What the counter holds while the lock is free; a reader takes 1 from it, a writer all of it. */
const bias = 0x0010_0000;

/**
 * Classic spinning reader/writer lock: one counter, no queue. Overlapping readers keep the counter below
 * the bias for ever, so writers starve; a reader inside may read-lock again. At most 2,048 threads.
 */
export class RwLock implements ReadWriteLock {
  private readonly counter: number;

  constructor(base: number) {
    this.counter = base;
  }

  *readLock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    if ((yield cpu.add(this.counter, -1)) <= 0) yield this.readSlow(cpu);
  }

  *readUnlock(cpu: Cpu): Steps {
    yield cpu.add(this.counter, 1);
    yield cpu.preemption(1);
  }

  *writeLock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    if ((yield cpu.add(this.counter, -bias)) !== bias) yield this.writeSlow(cpu);
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield cpu.add(this.counter, bias);
    yield cpu.preemption(1);
  }

  *tryReadLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if ((yield cpu.add(this.counter, -1)) > 0) return 1;
    yield cpu.add(this.counter, 1);
    yield cpu.preemption(1);
    return 0;
  }

  *tryWriteLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if ((yield cpu.add(this.counter, -bias)) === bias) return 1;
    yield cpu.add(this.counter, bias);
    yield cpu.preemption(1);
    return 0;
  }

  private *readSlow(cpu: Cpu): Steps {
    cpu.count.spins++;
    do {
      cpu.count.retries++;
      yield cpu.add(this.counter, 1);
      let seen = yield cpu.load(this.counter);
      while (seen < 1) seen = yield cpu.awaitChange(this.counter, seen);
    } while ((yield cpu.add(this.counter, -1)) <= 0);
  }

  private *writeSlow(cpu: Cpu): Steps {
    cpu.count.spins++;
    do {
      cpu.count.retries++;
      yield cpu.add(this.counter, bias);
      let seen = yield cpu.load(this.counter);
      while (seen !== bias) seen = yield cpu.awaitChange(this.counter, seen);
    } while ((yield cpu.add(this.counter, -bias)) !== bias);
  }
}

export const rwlock: ReadWriteDefinition = {
  name: 'rwlock',
  kind: 'rw',
  about: 'classic spinning reader/writer lock: prefers readers, writers can starve',
  since: 'before 2.6; on x86 until 3.16',
  source: 'arch/x86/lib/rwlock.S and asm/rwlock.h, Linux 3.2',
  sleeps: false,
  spins: true,
  fair: false,
  words: () => lineWords,
  initial: () => [[0, bias]],
  idle: () => [[0, bias]],
  create: (base) => new RwLock(base),
};
