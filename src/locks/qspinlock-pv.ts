import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { MutexDefinition } from './definition.js';
import { HaltedCpus, lookAheadNs, spinThresholdNs } from './halted-cpus.js';
import { mcsNodesWords, spareWord } from './mcs-nodes.js';
import { busy, locked, lockedMask, pending, QueuedSpinlock, tailShift } from './qspinlock.js';

/** The low byte while it is held and its holder must kick somebody; taking 1 from it leaves it held. */
const slow = 3;

/** Words of a node: what its thread does, and its kicks. */
const state = spareWord;
const kicks = spareWord + 1;

/** What the state word holds. */
const running = 0;
/** It has halted, or is about to, and nobody is told to kick it. */
const halted = 1;
/** The holder is told to kick it. */
const hashed = 2;

/** Words of the lock and of the line that says whom to kick. */
const headWords = 2 * lineWords;

/**
 * Paravirtualised queued spinlock: waiters that have spun for a while halt, and the holder kicks the head of
 * the queue. Arrivals may steal a free lock while something is queued, until the head sets the pending bit:
 * so a waiter that has lost its CPU stalls nobody for long, and the head is not passed for long either.
 *
 * Only the head is kicked. Whoever passes the headship to a waiter that has halted does not wake it, as it
 * would only spin behind the holder: it is left to the holder's release. Where the kernel looks up whom to
 * kick in a hash table over all locks, each lock here has a word for it.
 */
export class ParavirtualQueuedSpinlock extends QueuedSpinlock {
  /** The entry that the holder is to kick; it matters only while the low byte is `slow`. */
  private readonly toKick: number;
  private readonly cpus: HaltedCpus;
  private readonly spinNs: number;

  constructor(base: number, spinNs = spinThresholdNs) {
    super(base, base + headWords);
    this.toKick = base + lineWords;
    this.cpus = new HaltedCpus(base + headWords + kicks);
    this.spinNs = spinNs;
  }

  override *unlock(cpu: Cpu): Steps {
    if (((yield cpu.add(this.word, -locked)) & lockedMask) !== locked) yield this.unlockSlow(cpu);
    yield cpu.preemption(1);
  }

  protected override *lockSlow(cpu: Cpu): Steps {
    cpu.count.spins++;
    yield cpu.set(this.state(cpu.id + 1), running);
    yield this.queue(cpu);
  }

  /** Steals the lock if it becomes free before the head of the queue claims it. */
  protected override *tryOnceMore(cpu: Cpu): Steps<number> {
    let seen = yield cpu.load(this.word);
    for (;;) {
      if ((seen & busy) === 0) {
        const found = yield cpu.cas(this.word, seen, seen | locked);
        if (found === seen) {
          if (seen !== 0) cpu.count.steals++;
          return 1;
        }
        seen = found;
      } else {
        if (seen >>> tailShift === 0 || (seen & pending) !== 0) return 0;
        seen = yield cpu.awaitChange(this.word, seen);
      }
    }
  }

  protected override *awaitTurn(cpu: Cpu, before: number): Steps {
    const me = cpu.id + 1;
    yield this.nodes.link(cpu, before);
    while ((yield this.spinForTurn(cpu, before)) === 0) {
      const prepared = yield this.cpus.prepare(cpu);
      yield cpu.store(this.state(me), halted);
      // Who grants looks at the state afterwards: it sees that this one halts, or this one sees the grant.
      if ((yield cpu.load(this.nodes.granted(me))) === 0) yield this.cpus.halt(cpu, prepared);
      // If it was hashed meanwhile it stays so, for `takeAsHead` to know.
      yield cpu.cas(this.state(me), halted, running);
    }
  }

  protected override *takeAsHead(cpu: Cpu): Steps {
    const me = cpu.id + 1;
    let known = (yield cpu.load(this.state(me))) === hashed;
    for (;;) {
      yield cpu.store(this.state(me), running);
      if ((yield this.claim(cpu)) !== 0) break;
      if (!known) {
        known = true;
        yield cpu.store(this.toKick, me);
        if (((yield cpu.or(this.word, slow)) & lockedMask) === 0) {
          // It was free, so it is the caller's, who need not be kicked.
          yield cpu.add(this.word, locked - slow);
          yield cpu.store(this.toKick, 0);
          break;
        }
      }
      const prepared = yield this.cpus.prepare(cpu);
      yield cpu.store(this.state(me), hashed);
      // If the lock was released and stolen since, its holder knows of nobody to kick.
      if (((yield cpu.load(this.word)) & lockedMask) === slow) {
        yield this.cpus.halt(cpu, prepared);
      }
    }
    const alone = (me << tailShift) | locked;
    if ((yield cpu.cas(this.word, alone, locked)) === alone) return;
    yield this.passOn(cpu, yield this.nodes.awaitNext(cpu));
  }

  /** Holds the lock, and so has its release kick the new head if that has halted. */
  protected override *passOn(cpu: Cpu, entry: number): Steps {
    yield cpu.store(this.nodes.granted(entry), 1);
    if ((yield cpu.cas(this.state(entry), halted, hashed)) !== halted) return;
    yield cpu.store(this.toKick, entry);
    yield cpu.or(this.word, slow);
  }

  /** 1 once it is the caller's turn, 0 if it has spun for long enough, or the one before does not run. */
  private *spinForTurn(cpu: Cpu, before: number): Steps<number> {
    const word = this.nodes.granted(cpu.id + 1);
    for (let spunNs = 0; spunNs < this.spinNs; spunNs += lookAheadNs) {
      if ((yield cpu.load(word)) !== 0) return 1;
      if ((yield cpu.load(this.state(before))) !== running) return 0;
      yield cpu.awaitChange(word, 0, lookAheadNs);
    }
    return (yield cpu.load(word)) === 0 ? 0 : 1;
  }

  /** Keeps others from stealing and spins for the lock: 1 once it is the caller's, 0 after long enough. */
  private *claim(cpu: Cpu): Steps<number> {
    const limitNs = (yield cpu.now()) + this.spinNs;
    let seen = (yield cpu.or(this.word, pending)) | pending;
    for (;;) {
      let found: number;
      if ((seen & lockedMask) === 0) {
        found = yield cpu.cas(this.word, seen, (seen & ~pending) | locked);
        if (found === seen) return 1;
      } else {
        found = yield cpu.awaitChange(this.word, seen, limitNs - (yield cpu.now()));
        if (found === seen) break;
      }
      seen = found;
    }
    yield cpu.and(this.word, ~pending);
    return 0;
  }

  private *unlockSlow(cpu: Cpu): Steps {
    const entry = yield cpu.load(this.toKick);
    yield cpu.store(this.toKick, 0);
    yield cpu.and(this.word, ~lockedMask);
    yield this.cpus.kick(cpu, entry - 1);
  }

  private state(entry: number): number {
    return this.nodes.node(entry) + state;
  }
}

export const qspinlockPv: MutexDefinition = {
  name: 'qspinlock-pv',
  kind: 'mutex',
  about: 'paravirtualised queued spinlock: waiters halt until kicked, arrivals steal for a while',
  since: '4.2',
  source: 'kernel/locking/qspinlock_paravirt.h, Linux 5.4; stealing as since 4.15',
  sleeps: false,
  spins: true,
  fair: false,
  words: (threads) => headWords + mcsNodesWords(threads),
  idle: () => [
    [0, 0],
    [lineWords, 0],
  ],
  create: (base) => new ParavirtualQueuedSpinlock(base),
  // One turn, not 128.
  createToVerify: (base) => new ParavirtualQueuedSpinlock(base, lookAheadNs),
};
