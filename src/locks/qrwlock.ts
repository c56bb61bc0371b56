import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition, ReadWriteLock } from './definition.js';
import { TicketLock } from './ticket.js';

/** A writer holds the lock (in the kernel: the low byte). */
const locked = 0xff;
/** The writer at the head of the queue waits for the readers inside to leave. */
const waiting = 0x100;
const writer = locked | waiting;
/** One reader. */
const reader = 0x200;

/**
 * Queued reader/writer lock: waiters of both modes queue on a FIFO spinlock, and only the one at its head
 * looks at the counter. The layout is today's (since about 4.15); the inner lock is the ticket lock of
 * 3.16, so the queue is FIFO. Arrivals look at the counter alone: until a writer that has become the head
 * has marked it, they pass the whole queue, as in the kernel. Readers in interrupts, which may pass a
 * waiting writer, are not modelled. A thread that read-locks again while a writer waits deadlocks, as in
 * the kernel.
 */
export class QueuedRwLock implements ReadWriteLock {
  private readonly counter: number;
  private readonly queue: TicketLock;

  constructor(base: number) {
    this.counter = base;
    this.queue = new TicketLock(base + lineWords);
  }

  *readLock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    if (((yield cpu.add(this.counter, reader)) & writer) !== 0) yield this.readSlow(cpu);
  }

  *readUnlock(cpu: Cpu): Steps {
    yield cpu.add(this.counter, -reader);
    yield cpu.preemption(1);
  }

  *writeLock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    if ((yield cpu.cas(this.counter, 0, locked)) !== 0) yield this.writeSlow(cpu);
  }

  *writeUnlock(cpu: Cpu): Steps {
    // The kernel stores 0 to the low byte; here readers' attempts share the word, so it takes an addition.
    yield cpu.add(this.counter, -locked);
    yield cpu.preemption(1);
  }

  *tryReadLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if (((yield cpu.load(this.counter)) & writer) === 0) {
      if (((yield cpu.add(this.counter, reader)) & writer) === 0) return 1;
      yield cpu.add(this.counter, -reader);
    }
    yield cpu.preemption(1);
    return 0;
  }

  *tryWriteLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if ((yield cpu.load(this.counter)) === 0) {
      if ((yield cpu.cas(this.counter, 0, locked)) === 0) return 1;
    }
    yield cpu.preemption(1);
    return 0;
  }

  private *readSlow(cpu: Cpu): Steps {
    yield cpu.add(this.counter, -reader);
    yield this.queue.lock(cpu);
    let seen = (yield cpu.add(this.counter, reader)) + reader;
    if ((seen & locked) !== 0) cpu.count.spins++;
    while ((seen & locked) !== 0) seen = yield cpu.awaitChange(this.counter, seen);
    // The next in the queue becomes its head while this reader is inside.
    yield this.queue.unlock(cpu);
  }

  private *writeSlow(cpu: Cpu): Steps {
    yield this.queue.lock(cpu);
    if ((yield cpu.load(this.counter)) !== 0 || (yield cpu.cas(this.counter, 0, locked)) !== 0) {
      cpu.count.spins++;
      let seen = (yield cpu.or(this.counter, waiting)) | waiting;
      for (;;) {
        while (seen !== waiting) seen = yield cpu.awaitChange(this.counter, seen);
        seen = yield cpu.cas(this.counter, waiting, locked);
        if (seen === waiting) break;
        cpu.count.retries++;
      }
    }
    yield this.queue.unlock(cpu);
  }
}

export const qrwlock: ReadWriteDefinition = {
  name: 'qrwlock',
  kind: 'rw',
  about: 'queued spinning reader/writer lock: waiters of both modes in one FIFO queue',
  since: '3.16',
  source: 'kernel/locking/qrwlock.c and asm-generic/qrwlock.h, Linux 6.1; commit 70af2f8a4f48',
  sleeps: false,
  spins: true,
  fair: false,
  words: () => 2 * lineWords,
  idle: () => [[0, 0]],
  create: (base) => new QueuedRwLock(base),
};
