import type { Counters } from '../machine/counters.js';
import type { Cpu } from '../machine/cpu.js';
import { lockClassIndex, type LockClass } from '../machine/lock-class.js';
import type { Steps } from '../machine/steps.js';
import { lockFault, type LockRecord } from './lock-record.js';

/** Set while somebody may be parked on the word. */
const waiters = 0x4000_0000;

/**
 * Sleeping lock on any one word, for inner locks that are held over I/O (the folio lock): 0 is free, else
 * the holder's id + 1, with a bit for waiters. A waiter parks on the word itself and competes when it is
 * woken, as waiters of the kernel's folio lock do. One object serves all words of a class.
 */
export class SleepingWordLock {
  private readonly record: LockRecord;
  private readonly classIndex: number;

  constructor(record: LockRecord, lockClass: LockClass) {
    this.record = record;
    this.classIndex = lockClassIndex(lockClass);
  }

  *lock(cpu: Cpu, word: number): Steps {
    const task = cpu.task;
    const count = task.counters[this.classIndex] as Counters;
    count.acquisitions++;
    if ((yield cpu.cas(word, 0, cpu.id + 1)) === 0) return;
    const outer = cpu.count;
    cpu.count = count;
    task.blockedAt = 0;
    task.noSleepDepth -= task.noSleepObserved;
    yield this.wait(cpu, word);
    task.noSleepDepth += task.noSleepObserved;
    if (task.blockedAt !== 0) {
      count.contended++;
      task.waitedNs += (yield cpu.now()) - task.blockedAt;
      task.blockedAt = 0;
    }
    cpu.count = outer;
  }

  /** 1 if it took the lock, 0 if not; never waits. */
  *tryLock(cpu: Cpu, word: number): Steps<number> {
    if ((yield cpu.cas(word, 0, cpu.id + 1)) !== 0) return 0;
    (cpu.task.counters[this.classIndex] as Counters).acquisitions++;
    return 1;
  }

  *unlock(cpu: Cpu, word: number): Steps {
    const held = yield cpu.swap(word, 0);
    if ((held & ~waiters) !== cpu.id + 1) {
      yield this.record.report(cpu, this.classIndex, lockFault.twoWriters);
    }
    if ((held & waiters) !== 0) yield cpu.wake(word, 1);
  }

  /** Takes the lock with the waiters' bit set, since others may be parked behind this one. */
  private *wait(cpu: Cpu, word: number): Steps {
    for (;;) {
      const seen = yield cpu.load(word);
      if (seen === 0) {
        if ((yield cpu.cas(word, 0, (cpu.id + 1) | waiters)) === 0) return;
      } else if ((seen & waiters) !== 0 || (yield cpu.cas(word, seen, seen | waiters)) === seen) {
        cpu.count.sleeps++;
        yield cpu.park(word, seen | waiters);
      }
    }
  }
}
