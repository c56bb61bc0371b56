import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, MutexDefinition } from './definition.js';
import { SpinQueue, spinQueueWords } from './osq.js';
import { WaitList, waitListWords } from './wait-list.js';

/** Low bits of the owner word; the owner's id + 1 stands above them. */
const flagBits = 3;
const flags = 7;
/** Somebody is asleep. */
const waiters = 1;
/** The head of the queue wants the lock given to it. */
const handoff = 2;
/** It was given to the owner named, who has yet to pick it up. */
const pickup = 4;

const ownerOf = (thread: number): number => (thread + 1) << flagBits;

/**
 * Today's kernel mutex (since 4.10): an owner word with three flags, optimistic spinning while the owner
 * runs, and a FIFO list of sleepers whose head, once woken in vain, has the lock handed over to it. So
 * running threads pass sleepers, but each sleeper at the head only until its first failed wake-up.
 *
 * Where the kernel gives up its CPU before a spinner that must reschedule goes to sleep, this goes to sleep
 * at once. No signals, no wound/wait.
 */
export class KernelMutex implements Mutex {
  private readonly owner: number;
  private readonly list: WaitList;
  private readonly spinners: SpinQueue;

  constructor(base: number, threads: number) {
    this.owner = base;
    this.list = new WaitList(base + lineWords);
    this.spinners = new SpinQueue(base + lineWords + waitListWords(threads));
  }

  *lock(cpu: Cpu): Steps {
    if ((yield cpu.cas(this.owner, 0, ownerOf(cpu.id))) !== 0) yield this.lockSlow(cpu);
  }

  *unlock(cpu: Cpu): Steps {
    const me = ownerOf(cpu.id);
    if ((yield cpu.cas(this.owner, me, 0)) !== me) yield this.unlockSlow(cpu);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    return (yield this.take(cpu, 0, 1)) === 0 ? 1 : 0;
  }

  /**
   * Takes the lock if it is free, or was handed to the caller. 0: taken; else the owner, as in its word.
   * `demand` 1: asks for the handoff if it is not. `passing` 1: sleepers count as passed.
   */
  private *take(cpu: Cpu, demand: number, passing: number): Steps<number> {
    const me = ownerOf(cpu.id);
    let word = yield cpu.load(this.owner);
    for (;;) {
      const owner = word & ~flags;
      let wanted = word | me;
      if (owner !== 0) {
        if ((word & pickup) !== 0) {
          if (owner !== me) return owner;
          wanted = word & ~pickup;
        } else {
          if (demand === 0 || (word & handoff) !== 0) return owner;
          wanted = word | handoff;
        }
      }
      const found = yield cpu.cas(this.owner, word, wanted);
      if (found === word) {
        if ((wanted & ~flags) !== me) return owner;
        if (owner === 0 && passing !== 0 && (word & waiters) !== 0) cpu.count.steals++;
        return 0;
      }
      word = found;
    }
  }

  private *lockSlow(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    if ((yield this.take(cpu, 0, 1)) !== 0 && (yield this.spin(cpu)) === 0) yield this.queue(cpu);
    yield cpu.preemption(1);
  }

  private *queue(cpu: Cpu): Steps {
    yield this.list.lock(cpu);
    if ((yield this.take(cpu, 0, 1)) === 0) {
      yield this.list.unlock(cpu);
      return;
    }
    let first = 0;
    if ((yield this.list.append(cpu, 0)) === 0) {
      yield cpu.or(this.owner, waiters);
      first = 1;
    }
    let taken = (yield this.take(cpu, 0, 1 - first)) === 0 ? 1 : 0;
    while (taken === 0) {
      yield this.list.unlock(cpu);
      yield cpu.preemption(1);
      yield this.list.sleep(cpu);
      yield cpu.preemption(0);
      first = (yield this.list.head(cpu)) === cpu.id + 1 ? 1 : 0;
      // Before the last look at the owner: who releases after it finds this waiter asleep and wakes it.
      yield this.list.prepare(cpu);
      if ((yield this.take(cpu, first, 1 - first)) === 0) {
        taken = 1;
      } else if (first !== 0) {
        // At the head there is no need to queue with the other spinners.
        taken = yield this.spinOnOwner(cpu, 0);
      }
      yield this.list.lock(cpu);
      if (taken === 0) taken = (yield this.take(cpu, 0, 1 - first)) === 0 ? 1 : 0;
    }
    if (yield this.list.remove(cpu, cpu.id + 1)) yield cpu.and(this.owner, ~flags);
    yield this.list.unlock(cpu);
  }

  /** Optimistic spinning of one who is not in the list; 1 if it took the lock. */
  private *spin(cpu: Cpu): Steps<number> {
    if (yield cpu.needsReschedule()) return 0;
    const owner = (yield cpu.load(this.owner)) >>> flagBits;
    if (owner !== 0 && (yield cpu.isRunning(owner - 1)) === 0) return 0;
    cpu.count.spins++;
    if ((yield this.spinners.lock(cpu)) === 0) return 0;
    const taken = yield this.spinOnOwner(cpu, 1);
    yield this.spinners.unlock(cpu);
    return taken;
  }

  /** Tries each time the owner changes, while the owner runs and this CPU need not reschedule. */
  private *spinOnOwner(cpu: Cpu, passing: number): Steps<number> {
    for (;;) {
      const owner = yield this.take(cpu, 0, passing);
      if (owner === 0) return 1;
      const thread = (owner >>> flagBits) - 1;
      let word = yield cpu.load(this.owner);
      while ((word & ~flags) === owner) {
        if (yield cpu.needsReschedule()) return 0;
        if ((yield cpu.isRunning(thread)) === 0) return 0;
        word = yield cpu.awaitOwner(this.owner, word, thread);
      }
    }
  }

  private *unlockSlow(cpu: Cpu): Steps {
    let word = yield cpu.load(this.owner);
    // Ownership is kept while the lock is to be handed over, so that no one takes it in between.
    while ((word & handoff) === 0) {
      const found = yield cpu.cas(this.owner, word, word & flags);
      if (found === word) break;
      word = found;
    }
    if ((word & (handoff | waiters)) === 0) return;
    yield this.list.lock(cpu);
    const head = yield this.list.head(cpu);
    if ((word & handoff) !== 0) yield this.handOver(cpu, head);
    if (head !== 0) yield this.list.mark(cpu, head);
    yield this.list.unlock(cpu);
    if (head !== 0) yield this.list.wake(cpu, head);
  }

  /** Names the entry (id + 1) as owner, who has yet to pick it up. List locked. */
  private *handOver(cpu: Cpu, entry: number): Steps {
    cpu.count.handoffs++;
    const given = entry === 0 ? 0 : (entry << flagBits) | pickup;
    let word = yield cpu.load(this.owner);
    for (;;) {
      const found = yield cpu.cas(this.owner, word, given | (word & waiters));
      if (found === word) return;
      word = found;
    }
  }
}

export const mutex: MutexDefinition = {
  name: 'mutex',
  kind: 'mutex',
  about: 'sleeping mutex with optimistic spinning, and handoff to a sleeper that was passed once',
  since: '4.10',
  source: 'kernel/locking/mutex.c and osq_lock.c, Linux 6.1; commit 9d659ae14b54',
  sleeps: true,
  spins: true,
  fair: false,
  words: (threads) => lineWords + waitListWords(threads) + spinQueueWords(threads),
  idle: (threads) => [
    [0, 0],
    ...WaitList.idle(lineWords),
    ...SpinQueue.idle(lineWords + waitListWords(threads)),
  ],
  create: (base, threads) => new KernelMutex(base, threads),
};
