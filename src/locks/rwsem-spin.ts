import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import { awaitOwner } from './await-owner.js';
import type { ReadWriteDefinition } from './definition.js';
import { SpinQueue, spinQueueWords } from './osq.js';
import {
  activeMask,
  classicIdle,
  classicWords,
  waitingBias,
  wakeAny,
  writeBias,
} from './rwsem-classic.js';
import { RwsemSteal } from './rwsem-steal.js';

/**
 * The reader/writer semaphore with writers that spin while the owning writer runs (Linux 3.16, in the
 * refined form of 4.4): `rwsem-steal` with a queue of spinners before its queue of sleepers. Readers never
 * spin, and a writer that finds readers inside does not begin to. Spinners pass sleepers without bound.
 */
export class RwsemSpin extends RwsemSteal {
  /** The writer inside, as id + 1; 0 if there is none, or it has not said so yet. A hint. */
  private readonly owner: number;
  private readonly spinners: SpinQueue;

  constructor(base: number, threads: number) {
    super(base);
    this.owner = base + classicWords(threads);
    this.spinners = new SpinQueue(this.owner + lineWords);
  }

  override *writeLock(cpu: Cpu): Steps {
    if ((yield cpu.add(this.count, writeBias)) !== 0) yield this.writeSlow(cpu);
    yield cpu.set(this.owner, cpu.id + 1);
  }

  override *writeUnlock(cpu: Cpu): Steps {
    yield cpu.set(this.owner, 0);
    const count = (yield cpu.add(this.count, -writeBias)) - writeBias;
    if (count < 0 && (count & activeMask) === 0) yield this.wakeWaiters(cpu);
  }

  override *downgrade(cpu: Cpu): Steps {
    yield cpu.set(this.owner, 0);
    yield super.downgrade(cpu);
  }

  override *tryWriteLock(cpu: Cpu): Steps<number> {
    if ((yield cpu.cas(this.count, 0, writeBias)) !== 0) return 0;
    yield cpu.set(this.owner, cpu.id + 1);
    return 1;
  }

  protected override *writeSlow(cpu: Cpu): Steps {
    yield cpu.add(this.count, -writeBias);
    yield cpu.preemption(0);
    const taken = yield this.spin(cpu);
    yield cpu.preemption(1);
    if (taken === 0) yield this.queueToWrite(cpu);
  }

  protected override *wakeWaiters(cpu: Cpu): Steps {
    // A spinner takes the lock, or queues and looks at it then; so no one need be woken for whom the
    // list would have to be waited for.
    if (yield this.spinners.isEmpty(cpu)) {
      yield this.list.lock(cpu);
    } else if ((yield this.list.tryLock(cpu)) === 0) {
      return;
    }
    yield this.wake(cpu, wakeAny);
    yield this.list.unlock(cpu);
  }

  /** 1 if it took the lock by spinning. */
  private *spin(cpu: Cpu): Steps<number> {
    if ((yield this.canSpin(cpu)) === 0) return 0;
    cpu.count.spins++;
    if ((yield this.spinners.lock(cpu)) === 0) return 0;
    const taken = yield this.spinAtHead(cpu);
    yield this.spinners.unlock(cpu);
    return taken;
  }

  private *canSpin(cpu: Cpu): Steps<number> {
    if (yield cpu.needsReschedule()) return 0;
    const owner = yield cpu.load(this.owner);
    if (owner !== 0) return yield cpu.isRunning(owner - 1);
    // Active without an owner: most likely readers.
    return ((yield cpu.load(this.count)) & activeMask) === 0 ? 1 : 0;
  }

  private *spinAtHead(cpu: Cpu): Steps<number> {
    for (;;) {
      const owner = yield cpu.load(this.owner);
      if (owner !== 0 && (yield this.awaitRelease(cpu, owner)) === 0) return 0;
      if (yield this.takeUnqueued(cpu)) return 1;
      // Without an owner there is no telling whether its holder runs.
      if (owner === 0 && (yield cpu.needsReschedule())) return 0;
      yield cpu.pause();
    }
  }

  /** Spins while that owner runs. 1: he left, and it may be worth going on; 0: stop spinning. */
  private *awaitRelease(cpu: Cpu, owner: number): Steps<number> {
    const found = yield awaitOwner(cpu, this.owner, owner, owner - 1);
    if (found !== 0) return found === owner ? 0 : 1;
    // No owner: the lock is free, or readers have it and there is no point in spinning.
    const count = yield cpu.load(this.count);
    return count === 0 || count === waitingBias ? 1 : 0;
  }

  private *takeUnqueued(cpu: Cpu): Steps<number> {
    let count = yield cpu.load(this.count);
    while (count === 0 || count === waitingBias) {
      const found = yield cpu.cas(this.count, count, count + writeBias);
      if (found === count) {
        // At once, so that the next spinner sees whom it waits for.
        yield cpu.set(this.owner, cpu.id + 1);
        if (count === waitingBias) cpu.count.steals++;
        return 1;
      }
      count = found;
    }
    return 0;
  }
}

export const rwsemSpin: ReadWriteDefinition = {
  name: 'rwsem-spin',
  kind: 'rw',
  about: 'sleeping reader/writer semaphore; writers spin while the owning writer runs',
  since: '3.16, in the form of 4.4',
  source: 'kernel/locking/rwsem-xadd.c and osq_lock.c, Linux 4.4; commit 4fc828e24cd9',
  sleeps: true,
  spins: true,
  fair: false,
  words: (threads) => classicWords(threads) + lineWords + spinQueueWords(threads),
  idle: (threads) => [...classicIdle, ...SpinQueue.idle(classicWords(threads) + lineWords)],
  create: (base, threads) => new RwsemSpin(base, threads),
};
