import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition } from './definition.js';
import {
  activeMask,
  ClassicRwsem,
  classicIdle,
  classicWords,
  readBias,
  waitingBias,
  waitsToRead,
  waitsToWrite,
  wakeAny,
  wakeReadersOwned,
  writeBias,
} from './rwsem-classic.js';

/**
 * The reader/writer semaphore up to Linux 3.8: strictly FIFO between runs of readers and writers. The
 * releaser makes a sleeping waiter the owner, so each contended transfer to a writer takes a wake-up
 * during which the lock is idle.
 */
export class RwsemFifo extends ClassicRwsem {
  protected *readSlow(cpu: Cpu): Steps {
    yield this.queue(cpu, waitsToRead, readBias);
  }

  protected *writeSlow(cpu: Cpu): Steps {
    yield this.queue(cpu, waitsToWrite, writeBias);
  }

  /** Makes the writer at the head the owner, if nobody else is active. */
  protected *wakeWriter(cpu: Cpu, entry: number): Steps {
    const alone = (yield this.list.next(cpu, entry)) === 0;
    const bias = writeBias - (alone ? waitingBias : 0);
    while (((yield cpu.add(this.count, bias)) & activeMask) !== 0) {
      // Someone is active; unless the attempt just undone hid that he left, he will wake the queue.
      if ((((yield cpu.add(this.count, -bias)) - bias) & activeMask) !== 0) return;
      cpu.count.retries++;
    }
    cpu.count.handoffs++;
    yield this.list.remove(cpu, entry);
    yield this.list.rouse(cpu, entry);
  }

  protected *claimForReaders(cpu: Cpu): Steps<number> {
    // Below the waiting bias a writer is inside or trying: he, or his way into the queue, will wake us.
    if ((yield cpu.load(this.count)) < waitingBias) return 0;
    // A writer who tries from here on finds the queue, and cannot pass while it is locked.
    yield cpu.add(this.count, readBias);
    return 1;
  }

  /** Undoes the attempt, queues, and sleeps until granted. */
  private *queue(cpu: Cpu, kind: number, bias: number): Steps {
    yield this.list.lock(cpu);
    const first = (yield this.list.append(cpu, kind)) === 0;
    const change = (first ? waitingBias : 0) - bias;
    const count = (yield cpu.add(this.count, change)) + change;
    if (count === waitingBias) {
      yield this.wake(cpu, wakeAny);
    } else if (kind === waitsToWrite && !first && count > waitingBias) {
      // Readers are inside: those queued before this writer may join them.
      yield this.wake(cpu, wakeReadersOwned);
    }
    yield this.list.unlock(cpu);
    yield this.list.sleepUntilAwake(cpu);
  }
}

export const rwsemFifo: ReadWriteDefinition = {
  name: 'rwsem-fifo',
  kind: 'rw',
  about: 'sleeping reader/writer semaphore, strictly FIFO, no stealing, no spinning',
  since: '2.4; as written here up to 3.8',
  source: 'lib/rwsem.c and asm/rwsem.h, Linux 3.2',
  sleeps: true,
  spins: false,
  fair: true,
  words: classicWords,
  idle: () => classicIdle,
  create: (base) => new RwsemFifo(base),
};
