import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, MutexDefinition } from './definition.js';
import { McsQueue, mcsWords } from './mcs.js';

/** What a waiter's grant word holds. */
const waiting = 0;
const granted = 1;
/** It sleeps, or is about to. */
const asleep = -1;

/**
 * How long a waiter spins: as long as sleeping would cost, so that it costs at most twice what the better
 * choice would have (Karlin et al., SOSP 1991). Two switches of 1.2 µs, 0.7 µs to wake, and 4 µs until the
 * woken runs (facts, D.2); ns.
 */
const spinForNs = 7_100;

/**
 * MCS lock whose waiters spin for a while and then sleep. The order stays strictly FIFO: the lock is given
 * to the one that has waited longest, asleep or not, and then it stands idle until that one runs.
 */
export class McsParkLock extends McsQueue implements Mutex {
  private readonly spinNs: number;

  constructor(base: number, spinNs = spinForNs) {
    super(base);
    this.spinNs = spinNs;
  }

  *lock(cpu: Cpu): Steps {
    yield this.enter(cpu);
  }

  *unlock(cpu: Cpu): Steps {
    yield this.leave(cpu);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    return yield this.tryEnter(cpu);
  }

  protected *awaitGrant(cpu: Cpu): Steps {
    const word = this.nodes.granted(cpu.id + 1);
    if ((yield cpu.awaitChange(word, waiting, this.spinNs)) !== waiting) return;
    if ((yield cpu.cas(word, waiting, asleep)) !== waiting) return;
    do {
      cpu.count.sleeps++;
      yield cpu.park(word, asleep);
    } while ((yield cpu.load(word)) === asleep);
  }

  protected *grant(cpu: Cpu, entry: number): Steps {
    const word = this.nodes.granted(entry);
    if ((yield cpu.swap(word, granted)) !== asleep) return;
    cpu.count.handoffs++;
    // The word may have a new meaning by now: then this only makes its owner look again.
    yield cpu.wake(word, 1);
  }
}

export const mcsPark: MutexDefinition = {
  name: 'mcs-park',
  kind: 'mutex',
  about: 'MCS queue lock whose waiters spin, then sleep; first come, first served',
  since: '1991',
  source:
    'Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, section 2.4; Karlin, Li, Manasse and Owicki, "Empirical Studies of Competitive Spinning for a Shared-Memory Multiprocessor", SOSP 1991',
  sleeps: true,
  spins: true,
  fair: true,
  words: mcsWords,
  idle: () => [[0, 0]],
  create: (base) => new McsParkLock(base),
};
