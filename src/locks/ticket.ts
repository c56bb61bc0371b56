import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex } from './definition.js';

/** Words of a ticket lock: the next ticket to deal out, and the one being served. */
export const ticketWords = 2;

/**
 * Ticket lock: strictly FIFO, all waiters spin on one word. What `qrwlock` had as its wait_lock until
 * qspinlock came (x86 spinlock, 2.6.25 to 4.1; there both numbers share one word).
 */
export class TicketLock implements Mutex {
  private readonly next: number;
  private readonly serving: number;

  constructor(base: number) {
    this.next = base;
    this.serving = base + 1;
  }

  *lock(cpu: Cpu): Steps {
    const ticket = yield cpu.add(this.next, 1);
    let serving = yield cpu.load(this.serving);
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
