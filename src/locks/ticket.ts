import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, MutexDefinition } from './definition.js';

/**
 * Ticket lock: strictly FIFO, all waiters spin on one word. For inner locks of holders that have turned
 * preemption off themselves, such as the wait_lock of `qrwlock`. In the kernel both numbers share one word.
 */
export class TicketLock implements Mutex {
  /** The next ticket to deal out, and the one being served. */
  private readonly next: number;
  private readonly serving: number;

  constructor(base: number) {
    this.next = base;
    this.serving = base + 1;
  }

  *lock(cpu: Cpu): Steps {
    const ticket = yield cpu.add(this.next, 1);
    let serving = yield cpu.load(this.serving);
    if (serving === ticket) return;
    cpu.count.spins++;
    while (serving !== ticket) serving = yield cpu.awaitChange(this.serving, serving);
  }

  *unlock(cpu: Cpu): Steps {
    // Only the holder writes `serving`, so its own copy is current.
    yield cpu.store(this.serving, ((yield cpu.get(this.serving)) + 1) | 0);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    const serving = yield cpu.load(this.serving);
    const next = yield cpu.cas(this.next, serving, (serving + 1) | 0);
    return next === serving ? 1 : 0;
  }
}

/** The ticket lock as the spinlock of x86 from 2.6.25 to 4.1. */
export class TicketSpinlock extends TicketLock {
  override *lock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    yield super.lock(cpu);
  }

  override *unlock(cpu: Cpu): Steps {
    yield super.unlock(cpu);
    yield cpu.preemption(1);
  }

  override *tryLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    if ((yield super.tryLock(cpu)) !== 0) return 1;
    yield cpu.preemption(1);
    return 0;
  }
}

export const ticket: MutexDefinition = {
  name: 'ticket',
  kind: 'mutex',
  about: 'ticket spinlock: first come, first served; all waiters spin on one word',
  since: '2.6.25',
  source:
    'arch/x86/include/asm/spinlock.h, Linux 3.2; Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, section 2.2',
  sleeps: false,
  spins: true,
  fair: true,
  words: () => lineWords,
  // Free when both numbers are equal, whatever they are.
  idle: () => [],
  create: (base) => new TicketSpinlock(base),
};
