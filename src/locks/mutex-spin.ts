import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import { awaitOwner } from './await-owner.js';
import type { MutexDefinition } from './definition.js';
import { countingIdle, countingWords, free, held, MutexNoSpin } from './mutex-nospin.js';
import { SpinQueue, spinQueueWords } from './osq.js';

/**
 * The counting mutex with optimistic spinning, as in Linux 3.15 to 4.9: `mutex-nospin` with a queue of spinners
 * before its list of sleepers. One at a time spins for the owner while that runs, and takes the mutex when
 * it is free. Spinners pass sleepers without bound.
 */
export class MutexSpin extends MutexNoSpin {
  /** The owner, as id + 1; 0 if there is none, or it has not said so yet. A hint. */
  private readonly owner: number;
  private readonly spinners: SpinQueue;

  constructor(base: number, threads: number) {
    super(base);
    this.owner = base + countingWords(threads);
    this.spinners = new SpinQueue(this.owner + lineWords);
  }

  override *lock(cpu: Cpu): Steps {
    yield super.lock(cpu);
    yield cpu.set(this.owner, cpu.id + 1);
  }

  override *unlock(cpu: Cpu): Steps {
    yield cpu.set(this.owner, 0);
    yield super.unlock(cpu);
  }

  override *tryLock(cpu: Cpu): Steps<number> {
    const taken = yield super.tryLock(cpu);
    if (taken !== 0) yield cpu.set(this.owner, cpu.id + 1);
    return taken;
  }

  protected override *lockSlow(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    const taken = yield this.spin(cpu);
    yield cpu.preemption(1);
    if (taken === 0) yield super.lockSlow(cpu);
  }

  /** 1 if it took the mutex by spinning. */
  private *spin(cpu: Cpu): Steps<number> {
    if (yield cpu.needsReschedule()) return 0;
    const owner = yield cpu.load(this.owner);
    if (owner !== 0 && (yield cpu.isRunning(owner - 1)) === 0) return 0;
    cpu.count.spins++;
    if ((yield this.spinners.lock(cpu)) === 0) return 0;
    const taken = yield this.spinAtHead(cpu);
    yield this.spinners.unlock(cpu);
    return taken;
  }

  private *spinAtHead(cpu: Cpu): Steps<number> {
    for (;;) {
      const owner = yield cpu.load(this.owner);
      if (owner !== 0 && (yield awaitOwner(cpu, this.owner, owner, owner - 1)) === owner) return 0;
      if ((yield cpu.load(this.counter)) === free) {
        if ((yield cpu.cas(this.counter, free, held)) === free) {
          // Who was woken for it finds it held, and says again that somebody may sleep.
          if ((yield this.list.head(cpu)) !== 0) cpu.count.steals++;
          return 1;
        }
      }
      // Without an owner there is no telling whether its holder runs.
      if (owner === 0 && (yield cpu.needsReschedule())) return 0;
      yield cpu.pause();
    }
  }
}

export const mutexSpin: MutexDefinition = {
  name: 'mutex-spin',
  kind: 'mutex',
  about: 'sleeping mutex with optimistic spinning; running threads may pass sleepers without bound',
  since: '3.15, in the form of 4.4',
  source: 'kernel/locking/mutex.c and osq_lock.c, Linux 4.4',
  sleeps: true,
  spins: true,
  fair: false,
  words: (threads) => countingWords(threads) + lineWords + spinQueueWords(threads),
  initial: () => [[0, free]],
  idle: (threads) => [...countingIdle, ...SpinQueue.idle(countingWords(threads) + lineWords)],
  create: (base, threads) => new MutexSpin(base, threads),
};
