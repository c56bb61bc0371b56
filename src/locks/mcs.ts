import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, MutexDefinition } from './definition.js';
import { McsNodes, mcsNodesWords } from './mcs-nodes.js';

/** Words that an MCS lock takes. */
export const mcsWords = (threads: number): number => lineWords + mcsNodesWords(threads);

/** The queue of an MCS lock, whose head holds the lock; how waiters wait is told by the subclass. */
export abstract class McsQueue {
  protected readonly tail: number;
  protected readonly nodes: McsNodes;

  constructor(base: number) {
    this.tail = base;
    this.nodes = new McsNodes(base + lineWords);
  }

  /** Waits until the one before calls `grant`. */
  protected abstract awaitGrant(cpu: Cpu): Steps;
  protected abstract grant(cpu: Cpu, entry: number): Steps;

  protected *enter(cpu: Cpu): Steps {
    yield this.nodes.prepare(cpu);
    const before = yield cpu.swap(this.tail, cpu.id + 1);
    if (before === 0) return;
    cpu.count.spins++;
    yield this.nodes.link(cpu, before);
    yield this.awaitGrant(cpu);
  }

  protected *leave(cpu: Cpu): Steps {
    const me = cpu.id + 1;
    let after = yield cpu.load(this.nodes.next(me));
    if (after === 0) {
      if ((yield cpu.cas(this.tail, me, 0)) === me) return;
      after = yield this.nodes.awaitNext(cpu);
    }
    yield this.grant(cpu, after);
  }

  /** 1 if the queue was empty, and the caller is its head now. */
  protected *tryEnter(cpu: Cpu): Steps<number> {
    yield this.nodes.prepare(cpu);
    return (yield cpu.cas(this.tail, 0, cpu.id + 1)) === 0 ? 1 : 0;
  }
}

/** MCS lock: strictly FIFO, and each waiter spins on a line of its own, so a release moves one line. */
export class McsLock extends McsQueue implements Mutex {
  *lock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    yield this.enter(cpu);
  }

  *unlock(cpu: Cpu): Steps {
    yield this.leave(cpu);
    yield cpu.preemption(1);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if ((yield this.tryEnter(cpu)) !== 0) return 1;
    yield cpu.preemption(1);
    return 0;
  }

  protected *awaitGrant(cpu: Cpu): Steps {
    yield this.nodes.awaitGrant(cpu);
  }

  protected *grant(cpu: Cpu, entry: number): Steps {
    yield cpu.store(this.nodes.granted(entry), 1);
  }
}

export const mcs: MutexDefinition = {
  name: 'mcs',
  kind: 'mutex',
  about: 'MCS queue spinlock: first come, first served; each waiter spins on a line of its own',
  since: '1991',
  source:
    'Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors", ACM TOCS 9(1), 1991, section 2.4; kernel/locking/mcs_spinlock.h, Linux 6.1',
  sleeps: false,
  spins: true,
  fair: true,
  words: mcsWords,
  idle: () => [[0, 0]],
  create: (base) => new McsLock(base),
};
