import type { Counters } from '../machine/counters.js';
import type { Cpu } from '../machine/cpu.js';
import { lineWords, structureWords, type Layout } from '../machine/layout.js';
import { lockClassIndex, type LockClass } from '../machine/lock-class.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteLock, SimpleLockDefinition } from './definition.js';
import { lockFault, type LockRecord } from './lock-record.js';
import { MutexAdapter } from './mutex-adapter.js';

/**
 * The only way the model takes a strategy's locks. It points `cpu.count` at the lock's class, counts
 * acquisitions and waits, times holds of timed operations, and keeps the witness of exclusion: a word that
 * a writer marks on entry and finds unchanged on exit, and that readers find empty.
 *
 * A mutex serves both modes; its readers count as writers. One object serves all threads.
 *
 * Waiting for a lock that sleeps while a strategy's lock that does not is held is let pass (a kernel would
 * have to convert the inner lock too), so that strategies can be compared with the same inner locks.
 */
export class Observed {
  /** `downgrade` will succeed. */
  readonly canDowngrade: boolean;
  /** Its holder may do I/O, and wait for others that do. */
  readonly holderMaySleep: boolean;
  /** `tryReadLock` and `tryWriteLock` can succeed. */
  readonly canTry: boolean;

  private readonly definition: SimpleLockDefinition;
  private readonly lock: ReadWriteLock;
  private readonly record: LockRecord;
  private readonly threads: number;
  private readonly base: number;
  private readonly lockClass: LockClass;
  private readonly classIndex: number;
  private readonly slot: number;
  private readonly exclusive: boolean;
  private readonly noSleep: number;
  private readonly witness: number;
  private readonly counter: number;
  /** Thread 0's count of write sections; the others' follow. */
  private readonly sections: number;

  /** `nested` 1: taken while another lock of its class is held (the child's `mmap_lock` in fork). */
  constructor(
    layout: Layout,
    record: LockRecord,
    definition: SimpleLockDefinition,
    threads: number,
    lockClass: LockClass,
    nested: 0 | 1 = 0,
  ) {
    this.definition = definition;
    this.threads = threads;
    this.base = layout.allocate(definition.words(threads));
    this.lock =
      definition.kind === 'mutex'
        ? new MutexAdapter(definition.create(this.base, threads))
        : definition.create(this.base, threads);
    this.record = record;
    this.lockClass = lockClass;
    this.classIndex = lockClassIndex(lockClass);
    this.slot = 2 * this.classIndex + nested;
    this.exclusive = definition.kind === 'mutex';
    this.noSleep = definition.sleeps ? 0 : 1;
    this.holderMaySleep = definition.sleeps;
    this.canDowngrade = this.lock.downgrade !== undefined;
    this.canTry = this.lock.tryReadLock !== undefined && this.lock.tryWriteLock !== undefined;
    this.witness = layout.allocate(lineWords);
    this.counter = this.witness + 1;
    this.sections = record.sectionWord(0, this.classIndex);
    record.count(definition.name, this.classIndex, this.counter);
  }

  /** Sets the words that do not start at zero. */
  initialise(memory: Memory): void {
    for (const [offset, value] of this.definition.initial?.(this.threads) ?? []) {
      memory.set(this.base + offset, value);
    }
  }

  *readLock(cpu: Cpu): Steps {
    const task = cpu.task;
    const outer = cpu.count;
    const count = task.counters[this.classIndex] as Counters;
    cpu.count = count;
    task.blockedAt = 0;
    task.noSleepDepth -= task.noSleepObserved;
    yield this.lock.readLock(cpu);
    task.noSleepDepth += task.noSleepObserved;
    count.acquisitions++;
    if (task.blockedAt !== 0) {
      count.contended++;
      task.waitedNs += (yield cpu.now()) - task.blockedAt;
      task.blockedAt = 0;
    }
    cpu.count = outer;
    yield this.exclusive ? this.enterWrite(cpu) : this.enterRead(cpu);
  }

  *readUnlock(cpu: Cpu): Steps {
    yield this.exclusive ? this.leaveWrite(cpu) : this.leaveRead(cpu);
    const outer = cpu.count;
    cpu.count = cpu.task.counters[this.classIndex] as Counters;
    yield this.lock.readUnlock(cpu);
    cpu.count = outer;
  }

  *writeLock(cpu: Cpu): Steps {
    const task = cpu.task;
    const outer = cpu.count;
    const count = task.counters[this.classIndex] as Counters;
    cpu.count = count;
    task.blockedAt = 0;
    task.noSleepDepth -= task.noSleepObserved;
    yield this.lock.writeLock(cpu);
    task.noSleepDepth += task.noSleepObserved;
    count.acquisitions++;
    if (task.blockedAt !== 0) {
      count.contended++;
      task.waitedNs += (yield cpu.now()) - task.blockedAt;
      task.blockedAt = 0;
    }
    cpu.count = outer;
    yield this.enterWrite(cpu);
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield this.leaveWrite(cpu);
    const outer = cpu.count;
    cpu.count = cpu.task.counters[this.classIndex] as Counters;
    yield this.lock.writeUnlock(cpu);
    cpu.count = outer;
  }

  /** 1: the write lock is now a read lock, to be released with `readUnlock`. 0: cannot; it stays exclusive. */
  *downgrade(cpu: Cpu): Steps<number> {
    const lock = this.lock;
    if (lock.downgrade === undefined) return 0;
    yield this.leaveWrite(cpu);
    const outer = cpu.count;
    cpu.count = cpu.task.counters[this.classIndex] as Counters;
    yield lock.downgrade(cpu);
    cpu.count = outer;
    yield this.enterRead(cpu);
    return 1;
  }

  /** 1: taken as by `readLock`. 0: not; always 0 where `canTry` is false. */
  *tryReadLock(cpu: Cpu): Steps<number> {
    const lock = this.lock;
    if (lock.tryReadLock === undefined) return 0;
    const outer = cpu.count;
    const count = cpu.task.counters[this.classIndex] as Counters;
    cpu.count = count;
    const taken = yield lock.tryReadLock(cpu);
    cpu.count = outer;
    if (taken === 0) return 0;
    count.acquisitions++;
    yield this.exclusive ? this.enterWrite(cpu) : this.enterRead(cpu);
    return 1;
  }

  /** As `tryReadLock`, exclusively. */
  *tryWriteLock(cpu: Cpu): Steps<number> {
    const lock = this.lock;
    if (lock.tryWriteLock === undefined) return 0;
    const outer = cpu.count;
    const count = cpu.task.counters[this.classIndex] as Counters;
    cpu.count = count;
    const taken = yield lock.tryWriteLock(cpu);
    cpu.count = outer;
    if (taken === 0) return 0;
    count.acquisitions++;
    yield this.enterWrite(cpu);
    return 1;
  }

  /** What is wrong with the lock once nobody uses it any more, as sentences; empty if it is free and whole. */
  check(memory: Memory): string[] {
    const name = `${this.lockClass} ${this.definition.name}`;
    const broken: string[] = [];
    const holder = memory.get(this.witness);
    if (holder !== 0) broken.push(`${name}: thread ${holder - 1} left it locked exclusively`);
    for (const [offset, value] of this.definition.idle?.(this.threads) ?? []) {
      const found = memory.get(this.base + offset);
      if (found !== value) {
        broken.push(
          `${name}: not free after all threads ended: word ${offset} holds ${found} instead of ${value}`,
        );
      }
    }
    return broken;
  }

  private *enterRead(cpu: Cpu): Steps {
    const task = cpu.task;
    if ((yield cpu.get(this.witness)) !== 0) {
      yield this.record.report(cpu, this.classIndex, lockFault.readerWithWriter);
    }
    if (this.noSleep !== 0) {
      task.noSleepDepth++;
      task.noSleepObserved++;
      task.noSleepClass = this.classIndex;
    }
    if (task.sampled !== 0) task.heldSince[this.slot] = yield cpu.now();
  }

  private *leaveRead(cpu: Cpu): Steps {
    if ((yield cpu.get(this.witness)) !== 0) {
      yield this.record.report(cpu, this.classIndex, lockFault.readerWithWriter);
    }
    yield this.leave(cpu);
  }

  private *enterWrite(cpu: Cpu): Steps {
    const task = cpu.task;
    if ((yield cpu.get(this.witness)) !== 0) {
      yield this.record.report(cpu, this.classIndex, lockFault.twoWriters);
    }
    yield cpu.set(this.witness, cpu.id + 1);
    if (this.noSleep !== 0) {
      task.noSleepDepth++;
      task.noSleepObserved++;
      task.noSleepClass = this.classIndex;
    }
    if (task.sampled !== 0) task.heldSince[this.slot] = yield cpu.now();
  }

  private *leaveWrite(cpu: Cpu): Steps {
    const section = this.sections + cpu.id * structureWords;
    yield cpu.set(section, (yield cpu.get(section)) + 1);
    yield cpu.set(this.counter, (yield cpu.get(this.counter)) + 1);
    if ((yield cpu.get(this.witness)) !== cpu.id + 1) {
      yield this.record.report(cpu, this.classIndex, lockFault.twoWriters);
    }
    yield cpu.set(this.witness, 0);
    yield this.leave(cpu);
  }

  /** Ends the stretch of holding, before the release begins. */
  private *leave(cpu: Cpu): Steps {
    const task = cpu.task;
    task.noSleepDepth -= this.noSleep;
    task.noSleepObserved -= this.noSleep;
    const since = task.heldSince[this.slot] as number;
    if (since !== 0) {
      const held = (yield cpu.now()) - since;
      if (held > task.holdNs) task.holdNs = held;
      task.heldSince[this.slot] = 0;
    }
  }
}
