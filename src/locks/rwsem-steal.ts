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
  wakeReaders,
  writeBias,
} from './rwsem-classic.js';

/**
 * The reader/writer semaphore with writer stealing, in the form of Linux 3.10: a writer at the head is
 * woken but not made the owner, so that any running writer may take a free lock before it. Readers still
 * queue behind any waiter. No bound on how long a sleeper can be passed.
 */
export class RwsemSteal extends ClassicRwsem {
  protected *readSlow(cpu: Cpu): Steps {
    yield this.list.lock(cpu);
    const first = (yield this.list.append(cpu, waitsToRead)) === 0;
    const change = (first ? waitingBias : 0) - readBias;
    const count = (yield cpu.add(this.count, change)) + change;
    // Nobody is inside: the head may go. Alone in the queue and only readers inside: join them.
    if (count === waitingBias || (first && count > waitingBias)) yield this.wake(cpu, wakeAny);
    yield this.list.unlock(cpu);
    yield this.list.sleepUntilAwake(cpu);
  }

  protected *writeSlow(cpu: Cpu): Steps {
    yield cpu.add(this.count, -writeBias);
    yield this.queueToWrite(cpu);
  }

  /** Queues, the attempt undone, and competes for the lock each time it is free. */
  protected *queueToWrite(cpu: Cpu): Steps {
    yield this.list.lock(cpu);
    if ((yield this.list.append(cpu, waitsToWrite)) === 0) {
      yield cpu.add(this.count, waitingBias);
    } else if ((yield cpu.load(this.count)) > waitingBias) {
      // Readers are inside: those queued before this writer may join them.
      yield this.wake(cpu, wakeReaders);
    }
    while ((yield this.takeQueued(cpu)) === 0) {
      yield this.list.unlock(cpu);
      do {
        yield this.list.sleep(cpu);
        // Before the look at the count: whoever leaves after it finds this writer asleep and wakes it.
        yield this.list.prepare(cpu);
      } while (((yield cpu.load(this.count)) & activeMask) !== 0);
      yield this.list.lock(cpu);
    }
    yield this.list.unlock(cpu);
  }

  /** Only woken: it competes with whoever runs. */
  protected *wakeWriter(cpu: Cpu, entry: number): Steps {
    yield this.list.rouse(cpu, entry);
  }

  protected *claimForReaders(cpu: Cpu): Steps<number> {
    while ((yield cpu.add(this.count, readBias)) < waitingBias) {
      // A writer stole the lock. Unless the attempt just undone hid that he left, he will wake the queue.
      if ((((yield cpu.add(this.count, -readBias)) - readBias) & activeMask) !== 0) return 0;
      cpu.count.retries++;
    }
    return 1;
  }

  /** 1 if the caller, who is queued, took the lock and left the queue. List locked. */
  private *takeQueued(cpu: Cpu): Steps<number> {
    // Looked at first, as an atomic would take the line from the holder for nothing.
    if ((yield cpu.load(this.count)) !== waitingBias) return 0;
    if ((yield cpu.cas(this.count, waitingBias, writeBias)) !== waitingBias) return 0;
    if ((yield this.list.head(cpu)) !== cpu.id + 1) cpu.count.steals++;
    if ((yield this.list.remove(cpu, cpu.id + 1)) === 0) yield cpu.add(this.count, waitingBias);
    return 1;
  }
}

export const rwsemSteal: ReadWriteDefinition = {
  name: 'rwsem-steal',
  kind: 'rw',
  about: 'sleeping reader/writer semaphore; running writers may take it before sleeping ones',
  since: '3.9, in the form of 3.10',
  source: 'lib/rwsem.c, Linux 3.10; commits ce6711f3d196 and fe6e674c6187',
  sleeps: true,
  spins: false,
  fair: false,
  words: classicWords,
  idle: () => classicIdle,
  create: (base) => new RwsemSteal(base),
};
