import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, MutexDefinition } from './definition.js';
import { McsNodes, mcsNodesWords } from './mcs-nodes.js';

/** The low byte: 0 free, 1 held; other values are a subclass's. */
export const locked = 1;
export const lockedMask = 0xff;
/** The second to come waits here, without a node. */
export const pending = 0x100;
/** Not to be taken by the head of the queue. */
export const busy = lockedMask | pending;
/** The last entry of the queue stands above. In the kernel it has 2 bits for contexts, of which there is one here. */
export const tailShift = 16;
export const lowerHalf = (1 << tailShift) - 1;

/** Words that the lock takes. */
const qspinlockWords = (threads: number): number => lineWords + mcsNodesWords(threads);

/**
 * Queued spinlock: all in one word, a byte that says it is held, a bit for one who waits without a queue,
 * and the end of an MCS queue for the rest, whose head alone looks at the word. A waiter with no other
 * before it never touches a second line. FIFO, but for an arrival that has not yet got into the queue: the
 * pending bit and one last try before queueing can be had before it.
 *
 * The kernel has one node for each CPU and context; here each lock has one for each thread. Where its
 * stores write one byte or half of the word, these are additions and masks, as steps know whole words only.
 * PENDING_LOOPS is the generic 1 (512 on x86). At most 32,767 threads.
 */
export class QueuedSpinlock implements Mutex {
  protected readonly word: number;
  protected readonly nodes: McsNodes;

  constructor(base: number, nodes = base + lineWords) {
    this.word = base;
    this.nodes = new McsNodes(nodes);
  }

  *lock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    const found = yield cpu.cas(this.word, 0, locked);
    if (found !== 0) yield this.lockSlow(cpu, found);
  }

  *unlock(cpu: Cpu): Steps {
    yield cpu.add(this.word, -locked);
    yield cpu.preemption(1);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if ((yield this.tryTake(cpu)) !== 0) return 1;
    yield cpu.preemption(1);
    return 0;
  }

  protected *lockSlow(cpu: Cpu, found: number): Steps {
    cpu.count.spins++;
    let seen = found;
    if (seen === pending) {
      // The lock is just being passed on to the one that is pending.
      yield cpu.pause();
      seen = yield cpu.load(this.word);
    }
    if ((seen & ~lockedMask) === 0) {
      seen = yield cpu.or(this.word, pending);
      if ((seen & ~lockedMask) === 0) {
        yield this.takeAsPending(cpu, seen | pending);
        return;
      }
      // Whoever set the bit clears it: if it was set before, it is another's.
      if ((seen & pending) === 0) yield cpu.and(this.word, ~pending);
    }
    yield this.queue(cpu);
  }

  /** Waits behind the others, and takes the lock. */
  protected *queue(cpu: Cpu): Steps {
    yield this.nodes.prepare(cpu);
    if ((yield this.tryOnceMore(cpu)) !== 0) return;
    const before = yield this.swapTail(cpu);
    if (before !== 0) yield this.awaitTurn(cpu, before);
    yield this.takeAsHead(cpu);
  }

  /** 1 if the lock was free, and is the caller's now. */
  protected *tryTake(cpu: Cpu): Steps<number> {
    if ((yield cpu.load(this.word)) !== 0) return 0;
    return (yield cpu.cas(this.word, 0, locked)) === 0 ? 1 : 0;
  }

  /** The last attempt before queueing, as getting at the node took a while. */
  protected *tryOnceMore(cpu: Cpu): Steps<number> {
    return yield this.tryTake(cpu);
  }

  /** Waits behind that entry until it has left the queue. */
  protected *awaitTurn(cpu: Cpu, before: number): Steps {
    yield this.nodes.link(cpu, before);
    yield this.nodes.awaitGrant(cpu);
  }

  /** Waits at the head of the queue, takes the lock and leaves the queue. */
  protected *takeAsHead(cpu: Cpu): Steps {
    const me = cpu.id + 1;
    let seen = yield cpu.load(this.word);
    while ((seen & busy) !== 0) seen = yield cpu.awaitChange(this.word, seen);
    if (seen >>> tailShift === me && (yield cpu.cas(this.word, seen, locked)) === seen) return;
    // Somebody is behind, or has set the pending bit, will see the tail, and be: so there is one to come.
    yield cpu.or(this.word, locked);
    yield this.passOn(cpu, yield this.nodes.awaitNext(cpu));
  }

  /** Makes the entry behind the head of the queue. */
  protected *passOn(cpu: Cpu, entry: number): Steps {
    yield cpu.store(this.nodes.granted(entry), 1);
  }

  private *takeAsPending(cpu: Cpu, first: number): Steps {
    let seen = first;
    while ((seen & lockedMask) !== 0) seen = yield cpu.awaitChange(this.word, seen);
    yield cpu.add(this.word, locked - pending);
  }

  /** Puts the caller at the end of the queue; gives the entry before it. */
  private *swapTail(cpu: Cpu): Steps<number> {
    const tail = (cpu.id + 1) << tailShift;
    let seen = yield cpu.load(this.word);
    for (;;) {
      const found = yield cpu.cas(this.word, seen, tail | (seen & lowerHalf));
      if (found === seen) return seen >>> tailShift;
      seen = found;
    }
  }
}

export const qspinlock: MutexDefinition = {
  name: 'qspinlock',
  kind: 'mutex',
  about: 'queued spinlock: one waiter on a pending bit, the others in an MCS queue; FIFO',
  since: '4.2',
  source: 'kernel/locking/qspinlock.c and asm-generic/qspinlock_types.h, Linux 6.1',
  sleeps: false,
  spins: true,
  fair: true,
  words: qspinlockWords,
  idle: () => [[0, 0]],
  create: (base) => new QueuedSpinlock(base),
};
