import type { Counters } from '../machine/counters.js';
import type { Cpu } from '../machine/cpu.js';
import { lockClassIndex, type LockClass } from '../machine/lock-class.js';
import type { Steps } from '../machine/steps.js';
import { lockFault, type LockRecord } from './lock-record.js';

/**
 * Spinlock on any one word, for the model's many inner locks (page tables, zone): 0 is free, else the
 * holder's id + 1. Test-and-test-and-set, unfair; its holder may not sleep. One object serves all words
 * of a class.
 */
export class WordLock {
  private readonly record: LockRecord;
  private readonly classIndex: number;

  constructor(record: LockRecord, lockClass: LockClass) {
    this.record = record;
    this.classIndex = lockClassIndex(lockClass);
  }

  *lock(cpu: Cpu, word: number): Steps {
    const task = cpu.task;
    const outer = cpu.count;
    const count = task.counters[this.classIndex] as Counters;
    cpu.count = count;
    task.blockedAt = 0;
    yield cpu.acquire(word, 0, cpu.id + 1);
    count.acquisitions++;
    if (task.blockedAt !== 0) {
      count.contended++;
      task.waitedNs += (yield cpu.now()) - task.blockedAt;
      task.blockedAt = 0;
    }
    cpu.count = outer;
    task.noSleepDepth++;
    task.noSleepClass = this.classIndex;
  }

  /** 1 if it took the lock, 0 if not; never waits. */
  *tryLock(cpu: Cpu, word: number): Steps<number> {
    if ((yield cpu.cas(word, 0, cpu.id + 1)) !== 0) return 0;
    const task = cpu.task;
    (task.counters[this.classIndex] as Counters).acquisitions++;
    task.noSleepDepth++;
    task.noSleepClass = this.classIndex;
    return 1;
  }

  *unlock(cpu: Cpu, word: number): Steps {
    if ((yield cpu.get(word)) !== cpu.id + 1) {
      yield this.record.report(cpu, this.classIndex, lockFault.twoWriters);
    }
    cpu.task.noSleepDepth--;
    yield cpu.store(word, 0);
  }
}
