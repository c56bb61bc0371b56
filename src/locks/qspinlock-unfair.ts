import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { MutexDefinition } from './definition.js';
import { mcsNodesWords } from './mcs-nodes.js';
import { locked, lockedMask, QueuedSpinlock, tailShift } from './qspinlock.js';

/**
 * Queued spinlock with stealing: whoever finds the byte clear takes the lock, whatever is queued. Only
 * those who were too late queue, and the head of the queue competes with arrivals as their equal: there is
 * no pending bit to keep them out. So a waiter that has lost its CPU keeps nobody from the lock, and no wait
 * has a bound.
 */
export class UnfairQueuedSpinlock extends QueuedSpinlock {
  protected override *lockSlow(cpu: Cpu): Steps {
    cpu.count.spins++;
    yield this.queue(cpu);
  }

  protected override *tryTake(cpu: Cpu): Steps<number> {
    const seen = yield cpu.load(this.word);
    if ((seen & lockedMask) !== 0) return 0;
    if ((yield cpu.cas(this.word, seen, seen | locked)) !== seen) return 0;
    if (seen >>> tailShift !== 0) cpu.count.steals++;
    return 1;
  }

  protected override *takeAsHead(cpu: Cpu): Steps {
    const me = cpu.id + 1;
    let seen = yield cpu.load(this.word);
    for (;;) {
      while ((seen & lockedMask) !== 0) seen = yield cpu.awaitChange(this.word, seen);
      const last = seen >>> tailShift === me;
      const found = yield cpu.cas(this.word, seen, last ? locked : seen | locked);
      if (found === seen) {
        if (!last) yield this.passOn(cpu, yield this.nodes.awaitNext(cpu));
        return;
      }
      cpu.count.retries++;
      seen = found;
    }
  }
}

export const qspinlockUnfair: MutexDefinition = {
  name: 'qspinlock-unfair',
  kind: 'mutex',
  about: 'queued spinlock that any arrival may take when it is free, whatever is queued',
  since: '2015',
  source: 'Long, "unfair queued lock" in lkml.org/lkml/2015/7/11/194; never merged',
  sleeps: false,
  spins: true,
  fair: false,
  words: (threads) => lineWords + mcsNodesWords(threads),
  idle: () => [[0, 0]],
  create: (base) => new UnfairQueuedSpinlock(base),
};
