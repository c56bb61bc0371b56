import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';

/** One turn of a paravirtualised waiter's spin loop, a load and a pause, on a CPU whose pause is short; ns. */
const turnNs = 4;

/** SPIN_THRESHOLD, the turns after which a waiter halts (facts, A.2 and A.5.1), as time; ns. */
export const spinThresholdNs = 2 ** 15 * turnNs;

/** PV_PREV_CHECK_MASK, the turns between two looks at the waiter before (facts, A.5.1), as time; ns. */
export const lookAheadNs = 2 ** 8 * turnNs;

/**
 * Virtual CPUs that halt until another kicks them, as a hypervisor offers it to the spinlocks of its guests.
 * Each thread has a word that counts its kicks, so that one which comes between its last look at the lock and
 * its halt is not lost, as an interrupt would not be. A kick that comes too late makes it look again.
 *
 * Halting is no sleep in the sense of the scheduler: the holder of such a lock still may not sleep.
 */
export class HaltedCpus {
  private readonly kicks: number;

  /** `kicks`: thread 0's word; the others' follow, a line apart. */
  constructor(kicks: number) {
    this.kicks = kicks;
  }

  /** Gives what `halt` wants. Before the caller announces that it will halt and looks at the lock once more. */
  *prepare(cpu: Cpu): Steps<number> {
    return yield cpu.load(this.word(cpu.id));
  }

  /** Halts until kicked, unless it was since `prepare`; may return for no reason. */
  *halt(cpu: Cpu, prepared: number): Steps {
    cpu.count.sleeps++;
    yield cpu.park(this.word(cpu.id), prepared);
  }

  *kick(cpu: Cpu, thread: number): Steps {
    yield cpu.add(this.word(thread), 1);
    yield cpu.wake(this.word(thread), 1);
  }

  private word(thread: number): number {
    return this.kicks + thread * lineWords;
  }
}
