import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { MutexDefinition } from './definition.js';
import { TestAndSetLock } from './tas.js';

/** The first bound of a delay: about what it takes to move a line between two CPUs (facts, D.1); ns. */
const leastNs = 50;
/** The last: what it takes to move the line once round 64 waiters. */
const mostNs = 64 * leastNs;

/**
 * Test-and-set lock with randomised, bounded exponential backoff: a waiter reads until the lock looks free;
 * each time another was faster it keeps away for a random time, of which the bound doubles. So few are after
 * the line at once, whoever is backing off is passed, and whoever has just come has the best chance.
 */
export class BackoffLock extends TestAndSetLock {
  private readonly leastNs: number;
  private readonly mostNs: number;

  constructor(base: number, least = leastNs, most = mostNs) {
    super(base);
    this.leastNs = least;
    this.mostNs = most;
  }

  protected *lockSlow(cpu: Cpu): Steps {
    cpu.count.spins++;
    let boundNs = this.leastNs;
    yield this.awaitFree(cpu);
    while ((yield this.attempt(cpu)) === 0) {
      cpu.count.retries++;
      yield cpu.work(1 + cpu.random.below(boundNs));
      boundNs = Math.min(2 * boundNs, this.mostNs);
      yield this.awaitFree(cpu);
    }
  }
}

export const tasBackoff: MutexDefinition = {
  name: 'tas-backoff',
  kind: 'mutex',
  about: 'test-and-set spinlock whose waiters keep away for random, doubling times; no order',
  since: '1990',
  source:
    'Anderson, IEEE TPDS 1(1), 1990, section III; Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, section 2.1; in this form Herlihy and Shavit, "The Art of Multiprocessor Programming", section 7.4',
  sleeps: false,
  spins: true,
  fair: false,
  words: () => lineWords,
  idle: () => [[0, 0]],
  create: (base) => new BackoffLock(base),
};
