import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, MutexDefinition } from './definition.js';
import { HaltedCpus, spinThresholdNs } from './halted-cpus.js';

/** Tickets are even; the low bit of the next one says that somebody may have halted. */
const ticketStep = 2;
const slow = 1;

/** Words of a thread's line: its kicks, and the ticket it has halted for, with the low bit set; 0: none. */
const halted = 1;

/**
 * Paravirtualised ticket lock: strictly FIFO as the ticket lock, but a waiter that has spun for a while writes
 * down its ticket and halts, and the releaser that serves this ticket kicks it. So a waiter that has lost its
 * CPU costs those behind it no CPU time; the order, and with it the wait for that one, remains.
 */
export class ParavirtualTicketLock implements Mutex {
  private readonly next: number;
  private readonly serving: number;
  private readonly lines: number;
  private readonly cpus: HaltedCpus;
  private readonly threads: number;
  private readonly spinNs: number;

  constructor(base: number, threads: number, spinNs = spinThresholdNs) {
    this.next = base;
    this.serving = base + 1;
    this.lines = base + lineWords;
    this.cpus = new HaltedCpus(this.lines);
    this.threads = threads;
    this.spinNs = spinNs;
  }

  *lock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    const ticket = (yield cpu.add(this.next, ticketStep)) & ~slow;
    if ((yield cpu.load(this.serving)) !== ticket) yield this.lockSlow(cpu, ticket);
  }

  *unlock(cpu: Cpu): Steps {
    // Only the holder writes `serving`, so its own copy is current.
    const ticket = ((yield cpu.get(this.serving)) + ticketStep) | 0;
    yield cpu.store(this.serving, ticket);
    // A waiter sets the flag and then looks at `serving`: it sees this store, or its flag is seen here.
    if (((yield cpu.load(this.next)) & slow) !== 0) yield this.unlockSlow(cpu, ticket);
    yield cpu.preemption(1);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    yield cpu.preemption(0);
    const serving = yield cpu.load(this.serving);
    const next = yield cpu.cas(this.next, serving, (serving + ticketStep) | 0);
    if (next === serving) return 1;
    yield cpu.preemption(1);
    return 0;
  }

  /** Words that hold 0 while nobody waits; the tickets are equal then, whatever they are. */
  static idle(threads: number): (readonly [offset: number, value: number])[] {
    return Array.from({ length: threads }, (_, thread) => [(1 + thread) * lineWords + halted, 0]);
  }

  private *lockSlow(cpu: Cpu, ticket: number): Steps {
    cpu.count.spins++;
    const mine = this.haltedFor(cpu.id);
    while ((yield this.spin(cpu, ticket)) === 0) {
      const prepared = yield this.cpus.prepare(cpu);
      yield cpu.store(mine, ticket | 1);
      yield cpu.or(this.next, slow);
      if ((yield cpu.load(this.serving)) !== ticket) yield this.cpus.halt(cpu, prepared);
      yield cpu.store(mine, 0);
    }
  }

  /** 1 once the ticket is served, 0 if it has spun for long enough. */
  private *spin(cpu: Cpu, ticket: number): Steps<number> {
    const limitNs = (yield cpu.now()) + this.spinNs;
    let serving = yield cpu.load(this.serving);
    while (serving !== ticket) {
      const seen = serving;
      serving = yield cpu.awaitChange(this.serving, seen, limitNs - (yield cpu.now()));
      if (serving === seen) return 0;
    }
    return 1;
  }

  /** Kicks who has halted for the ticket that is served now. */
  private *unlockSlow(cpu: Cpu, ticket: number): Steps {
    // The next ticket to be dealt is the one being served: nobody waits, and the flag can go.
    const flagged = ticket | slow;
    if ((yield cpu.cas(this.next, flagged, ticket)) === flagged) return;
    for (let thread = 0; thread < this.threads; thread++) {
      if ((yield cpu.load(this.haltedFor(thread))) === (ticket | 1)) {
        yield this.cpus.kick(cpu, thread);
        return;
      }
    }
  }

  private haltedFor(thread: number): number {
    return this.lines + thread * lineWords + halted;
  }
}

export const ticketPv: MutexDefinition = {
  name: 'ticket-pv',
  kind: 'mutex',
  about: 'paravirtualised ticket spinlock: first come, first served; waiters halt until kicked',
  since: '3.12',
  source:
    'arch/x86/include/asm/spinlock.h and arch/x86/kernel/kvm.c, Linux 3.12; Friebel and Biemueller, "How to Deal with Lock Holder Preemption", Xen Summit 2008',
  sleeps: false,
  spins: true,
  fair: true,
  words: (threads) => lineWords * (1 + threads),
  idle: (threads) => ParavirtualTicketLock.idle(threads),
  create: (base, threads) => new ParavirtualTicketLock(base, threads),
};
