import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { MutexDefinition } from './definition.js';
import { TestAndSetLock } from './tas.js';

/**
 * Test-and-test-and-set lock: waiters read until it looks free and only then try. A release sends all of
 * them after the line at once, of whom one succeeds. What Linux guests spin on where a hypervisor offers no
 * better (`virt_spin_lock`).
 */
export class TtasLock extends TestAndSetLock {
  protected *lockSlow(cpu: Cpu): Steps {
    cpu.count.spins++;
    yield this.awaitFree(cpu);
    while ((yield this.attempt(cpu)) === 0) {
      cpu.count.retries++;
      yield this.awaitFree(cpu);
    }
  }
}

export const ttas: MutexDefinition = {
  name: 'ttas',
  kind: 'mutex',
  about: 'test-and-test-and-set spinlock: waiters read until it looks free, then try; no order',
  since: '1984',
  source:
    'Rudolph and Segall, "Dynamic Decentralized Cache Schemes for MIMD Parallel Processors", ISCA 1984; virt_spin_lock in arch/x86/include/asm/qspinlock.h, Linux 6.1',
  sleeps: false,
  spins: true,
  fair: false,
  words: () => lineWords,
  idle: () => [[0, 0]],
  create: (base) => new TtasLock(base),
};
