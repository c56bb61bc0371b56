import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteLock } from './definition.js';
import { WaitList, waitListWords } from './wait-list.js';

/** The low half of the count: holders, and those who are just trying. */
export const activeMask = 0xffff;
export const readBias = 1;
/** Added while anyone is queued. */
export const waitingBias = -0x1_0000;
export const writeBias = waitingBias + 1;

/** Kinds of waiters. */
export const waitsToRead = 1;
export const waitsToWrite = 2;

/** Whom a wake-up is for. */
export const wakeAny = 0;
/** Readers at the head, if no writer is active. */
export const wakeReaders = 1;
/** Readers at the head; the caller holds the lock for reading, so no writer is active. */
export const wakeReadersOwned = 2;

/** Words of the part that all generations share: the count's line, then the list. */
export const classicWords = (threads: number): number => lineWords + waitListWords(threads);

/** Words that are 0 while the lock is free. */
export const classicIdle: ReadonlyArray<readonly [offset: number, value: number]> = [
  [0, 0],
  ...WaitList.idle(lineWords),
];

/**
 * What the reader/writer semaphores of Linux until 5.2 have in common (the 32-bit layout of the count): the
 * fast paths, the queue, and granting the lock to readers. A negative count says that a writer is inside
 * or trying, or that someone is queued; then arrivals queue too. Generations differ in how a writer gets
 * the lock: `writeSlow` and `wakeWriter`. At most 32,767 threads.
 */
export abstract class ClassicRwsem implements ReadWriteLock {
  protected readonly count: number;
  protected readonly list: WaitList;

  constructor(base: number) {
    this.count = base;
    this.list = new WaitList(base + lineWords);
  }

  *readLock(cpu: Cpu): Steps {
    if ((yield cpu.add(this.count, readBias)) + readBias < 0) yield this.readSlow(cpu);
  }

  *readUnlock(cpu: Cpu): Steps {
    const count = (yield cpu.add(this.count, -readBias)) - readBias;
    if (count < 0 && (count & activeMask) === 0) yield this.wakeWaiters(cpu);
  }

  *writeLock(cpu: Cpu): Steps {
    if ((yield cpu.add(this.count, writeBias)) !== 0) yield this.writeSlow(cpu);
  }

  *writeUnlock(cpu: Cpu): Steps {
    const count = (yield cpu.add(this.count, -writeBias)) - writeBias;
    if (count < 0 && (count & activeMask) === 0) yield this.wakeWaiters(cpu);
  }

  *downgrade(cpu: Cpu): Steps {
    if ((yield cpu.add(this.count, -waitingBias)) - waitingBias < 0) {
      yield this.list.lock(cpu);
      yield this.wake(cpu, wakeReadersOwned);
      yield this.list.unlock(cpu);
    }
  }

  *tryReadLock(cpu: Cpu): Steps<number> {
    let count = yield cpu.load(this.count);
    while (count >= 0) {
      const found = yield cpu.cas(this.count, count, count + readBias);
      if (found === count) return 1;
      count = found;
    }
    return 0;
  }

  *tryWriteLock(cpu: Cpu): Steps<number> {
    return (yield cpu.cas(this.count, 0, writeBias)) === 0 ? 1 : 0;
  }

  protected abstract readSlow(cpu: Cpu): Steps;
  protected abstract writeSlow(cpu: Cpu): Steps;
  /** Deals with a writer at the head, for `wakeAny`. List locked. */
  protected abstract wakeWriter(cpu: Cpu, entry: number): Steps;
  /** 1 if the readers at the head may have the lock, with one of their biases added. List locked. */
  protected abstract claimForReaders(cpu: Cpu): Steps<number>;

  /** After a release that left nobody inside and somebody queued. */
  protected *wakeWaiters(cpu: Cpu): Steps {
    yield this.list.lock(cpu);
    yield this.wake(cpu, wakeAny);
    yield this.list.unlock(cpu);
  }

  /** Gives the lock to whoever is at the head of the queue and may have it. List locked. */
  protected *wake(cpu: Cpu, whom: number): Steps {
    const head = yield this.list.head(cpu);
    if (head === 0) return;
    if ((yield this.list.kind(cpu, head)) === waitsToWrite) {
      if (whom === wakeAny) yield this.wakeWriter(cpu, head);
      return;
    }
    if (whom !== wakeReadersOwned) {
      if ((yield this.claimForReaders(cpu)) === 0) return;
      yield this.grantReaders(cpu, head, readBias);
      return;
    }
    yield this.grantReaders(cpu, head, 0);
  }

  /**
   * Lets in the run of readers that begins at `head`. All are counted before the first of them is told, or
   * one that leaves early would take the count below zero.
   */
  private *grantReaders(cpu: Cpu, head: number, claimed: number): Steps {
    let readers = 0;
    let entry = head;
    while (entry !== 0 && (yield this.list.kind(cpu, entry)) === waitsToRead) {
      readers++;
      entry = yield this.list.next(cpu, entry);
    }
    const change = readers * readBias - claimed - (entry === 0 ? waitingBias : 0);
    if (change !== 0) yield cpu.add(this.count, change);
    entry = head;
    while (readers > 0) {
      const after = yield this.list.next(cpu, entry);
      yield this.list.remove(cpu, entry);
      yield this.list.rouse(cpu, entry);
      entry = after;
      readers--;
    }
  }
}
