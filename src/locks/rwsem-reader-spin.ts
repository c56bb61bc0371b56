import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { aWriter, RwsemHandoff, unspinnable, usualHandoff } from './rwsem-handoff.js';
import {
  handoffBit,
  modernDefinition,
  noReaderSpins,
  noWriterSpins,
  readBias,
  waitersBit,
  wakeReadersOwned,
  writerBit,
} from './rwsem-modern.js';

/**
 * The reader/writer semaphore of Linux 5.3 to 5.10: as today's, but a reader that finds it taken spins too, in
 * the writers' queue of spinners, and does not steal. Each reader that gets in alone makes a small group
 * where the queue would have made a large one; once writers have found that spinning for readers takes too
 * long, readers do not spin until a writer has had the lock.
 *
 * Only the head of the queue asks for the handoff, and spinners leave when they see that it has. Left out is
 * the second try of a reader that spun in vain and sees that a new group of readers has begun.
 */
export class RwsemReaderSpin extends RwsemHandoff {
  protected override get inherited(): number {
    return noReaderSpins;
  }

  protected override get forbidden(): number {
    return noWriterSpins | noReaderSpins;
  }

  protected override *mayAsk(cpu: Cpu, entry: number): Steps<number> {
    if ((yield this.list.head(cpu)) !== entry) return 0;
    return yield super.mayAsk(cpu, entry);
  }

  protected override *readSlow(cpu: Cpu): Steps {
    if ((yield this.maySpin(cpu, noReaderSpins)) === 0) {
      yield this.queueToRead(cpu, readBias);
      return;
    }
    yield cpu.add(this.count, -readBias);
    cpu.count.spins++;
    if ((yield this.spinToRead(cpu)) === 0) yield this.queueToRead(cpu, 0);
    else if (((yield cpu.load(this.count)) & waitersBit) !== 0) {
      yield this.wakeWaiters(cpu, wakeReadersOwned);
    }
  }

  protected override *writeSlow(cpu: Cpu): Steps {
    if (yield this.spin(cpu)) return;
    const tooLong = (yield cpu.load(this.owner)) & this.forbidden;
    yield this.queueToWrite(cpu);
    // Who waits for this writer is not to spin either; the next one that need not queue lifts it.
    if (tooLong !== 0) yield cpu.or(this.owner, noReaderSpins);
  }

  protected override *awaitWriter(cpu: Cpu, flag: number): Steps<number> {
    if (flag !== 0 && ((yield cpu.load(this.count)) & handoffBit) !== 0) return unspinnable;
    return yield super.awaitWriter(cpu, flag);
  }

  private *spinToRead(cpu: Cpu): Steps<number> {
    if ((yield this.spinners.lock(cpu)) === 0) return 0;
    let taken = 0;
    while (taken === 0) {
      const state = yield this.awaitWriter(cpu, noReaderSpins);
      if (state === unspinnable) break;
      taken = yield this.takeToRead(cpu);
      if (taken !== 0 || (state !== aWriter && (yield cpu.needsReschedule()) !== 0)) break;
      yield cpu.pause();
    }
    yield this.spinners.unlock(cpu);
    return taken;
  }

  /** Joins readers or takes a free lock, past the queue, unless it is kept for the head. */
  private *takeToRead(cpu: Cpu): Steps<number> {
    if (((yield cpu.load(this.count)) & (writerBit | handoffBit)) !== 0) return 0;
    const count = yield cpu.add(this.count, readBias);
    if ((count & (writerBit | handoffBit)) !== 0) {
      yield cpu.add(this.count, -readBias);
      return 0;
    }
    yield this.ownByReader(cpu, cpu.id + 1);
    if ((count & waitersBit) !== 0) cpu.count.steals++;
    return 1;
  }
}

export const rwsemReaderSpin = modernDefinition(
  {
    name: 'rwsem-reader-spin',
    about: 'reader/writer semaphore whose readers spin as its writers do; handoff after 4 ms',
    since: '5.3 to 5.10',
    source: 'kernel/locking/rwsem.c, Linux 5.4; commits 4f23dbc1e657 and 5cfd92e12e13',
  },
  (base, threads, turns) => new RwsemReaderSpin(base, threads, usualHandoff, 'all', turns),
);
