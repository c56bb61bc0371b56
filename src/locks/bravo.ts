import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition, ReadWriteLock } from './definition.js';
import { RwsemFifo } from './rwsem-fifo.js';
import { RwsemHandoff, rwsemHandoff, usualHandoff } from './rwsem-handoff.js';
import { RwsemSpin, rwsemSpin } from './rwsem-spin.js';
import { isPast, keepTime } from './time-word.js';

/** A lock that can do all that a reader/writer lock may. */
type Inner = Required<ReadWriteLock>;

/** Slots of the table of readers, a power of two. */
const usualSlots = 4096;
const fewSlots = 2;
/** A revocation keeps readers from biasing the lock for so many times as long as it took (the paper's N). */
const usualInhibition = 9;

/** Words of the line of the bias: the bias, and until when it is not to be set. */
const inhibited = 1;

/**
 * BRAVO, a wrapper that makes a reader/writer lock cheap for readers (Dice and Kogan, USENIX ATC 2019). While the
 * lock is biased towards readers, one of them only writes its name into a slot of a table; a writer takes the
 * lock below, ends the bias and waits until it has seen every slot empty. The time that took decides how long
 * readers then have to take the lock below, so that writers lose at most a tenth of theirs.
 *
 * The paper has one table for the whole process; here each lock has its own, of the same size, as a lock has
 * no words but its own. So readers of other locks are not in the way. Where the paper's writer spins for a
 * reader in a slot, this one sleeps if that reader does not run.
 */
export class Bravo implements ReadWriteLock {
  private readonly inner: Inner;
  private readonly bias: number;
  private readonly table: number;
  private readonly slots: number;
  private readonly inhibition: number;

  /** `base`: the first word behind those of `inner`. */
  constructor(inner: Inner, base: number, slots = usualSlots, inhibition = usualInhibition) {
    this.inner = inner;
    this.bias = base;
    this.table = base + lineWords;
    this.slots = slots;
    this.inhibition = inhibition;
  }

  *readLock(cpu: Cpu): Steps {
    if (yield this.readBySlot(cpu)) return;
    yield this.inner.readLock(cpu);
    // Only while somebody holds the lock below for reading, so no writer is about to end the bias.
    if ((yield cpu.load(this.bias)) === 0 && (yield isPast(cpu, this.bias + inhibited))) {
      yield cpu.store(this.bias, 1);
    }
  }

  *readUnlock(cpu: Cpu): Steps {
    const slot = this.slotOf(cpu.id);
    if ((yield cpu.get(slot)) !== cpu.id + 1) {
      yield this.inner.readUnlock(cpu);
      return;
    }
    yield cpu.store(slot, 0);
    // Without the bias there is a writer, who may sleep until this slot is empty.
    if ((yield cpu.load(this.bias)) === 0) yield cpu.wake(slot, 1);
  }

  *writeLock(cpu: Cpu): Steps {
    yield this.inner.writeLock(cpu);
    if (yield cpu.load(this.bias)) yield this.revoke(cpu);
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield this.inner.writeUnlock(cpu);
  }

  *downgrade(cpu: Cpu): Steps {
    yield this.inner.downgrade(cpu);
  }

  *tryReadLock(cpu: Cpu): Steps<number> {
    if (yield this.readBySlot(cpu)) return 1;
    return yield this.inner.tryReadLock(cpu);
  }

  *tryWriteLock(cpu: Cpu): Steps<number> {
    if ((yield this.inner.tryWriteLock(cpu)) === 0) return 0;
    if ((yield cpu.load(this.bias)) === 0) return 1;
    yield cpu.store(this.bias, 0);
    for (let index = 0; index < this.slots; index++) {
      if ((yield cpu.load(this.table + index)) === 0) continue;
      // To wait for that reader is not to try.
      yield cpu.store(this.bias, 1);
      yield this.inner.writeUnlock(cpu);
      return 0;
    }
    return 1;
  }

  /** 1 if the caller has the lock by its slot. */
  private *readBySlot(cpu: Cpu): Steps<number> {
    // A hint: what counts is the look after the slot is filled.
    if ((yield cpu.get(this.bias)) === 0) return 0;
    const slot = this.slotOf(cpu.id);
    if ((yield cpu.cas(slot, 0, cpu.id + 1)) === 0) {
      // Looked at again: a writer that ended the bias before the slot was filled may not have seen it.
      if (yield cpu.load(this.bias)) return 1;
      yield cpu.store(slot, 0);
      yield cpu.wake(slot, 1);
    }
    cpu.count.fallbacks++;
    return 0;
  }

  /** Ends the bias, and waits for the readers that have the lock by their slots. The lock below is held. */
  private *revoke(cpu: Cpu): Steps {
    const beganNs = yield cpu.now();
    yield cpu.store(this.bias, 0);
    for (let index = 0; index < this.slots; index++) yield this.awaitEmpty(cpu, this.table + index);
    const endedNs = yield cpu.now();
    const untilNs = endedNs + this.inhibition * (endedNs - beganNs);
    yield keepTime(cpu, this.bias + inhibited, untilNs);
  }

  private *awaitEmpty(cpu: Cpu, slot: number): Steps {
    let entry = yield cpu.load(slot);
    while (entry !== 0) {
      if ((yield cpu.isRunning(entry - 1)) !== 0 && (yield cpu.needsReschedule()) === 0) {
        entry = yield cpu.awaitOwner(slot, entry, entry - 1);
      } else {
        cpu.count.sleeps++;
        yield cpu.park(slot, entry);
        entry = yield cpu.load(slot);
      }
    }
  }

  /** A thread's slot: Fibonacci hashing, so that threads beside each other do not share a line. */
  private slotOf(thread: number): number {
    return this.table + ((Math.imul(thread + 1, 0x9e37_79b1) >>> 16) & (this.slots - 1));
  }
}

/** BRAVO over the lock that `create` makes, which takes the words that `below` says. */
export const bravoOver = (
  name: string,
  below: ReadWriteDefinition,
  create: (base: number, threads: number) => Inner,
  slots = usualSlots,
  inhibition = usualInhibition,
): ReadWriteDefinition => ({
  name,
  kind: 'rw',
  about: `BRAVO over ${below.name}: while nobody writes, a reader only writes its name into a table`,
  since: 'proposed 2019',
  source:
    'D. Dice, A. Kogan, "BRAVO: Biased Locking for Reader-Writer Locks", USENIX ATC 2019, listing 1',
  sleeps: below.sleeps,
  spins: true,
  fair: false,
  words: (threads) => below.words(threads) + lineWords + Math.max(slots, lineWords),
  idle: (threads) => [
    ...(below.idle?.(threads) ?? []),
    ...Array.from(
      { length: slots },
      (_, slot) => [below.words(threads) + lineWords + slot, 0] as const,
    ),
  ],
  create: (base, threads) =>
    new Bravo(create(base, threads), base + below.words(threads), slots, inhibition),
  // So few slots that threads share them; and a lock below that has fewer interleavings of its own.
  createToVerify: (base, threads) =>
    new Bravo(new RwsemFifo(base), base + below.words(threads), fewSlots, inhibition),
});

export const bravo = bravoOver(
  'bravo',
  rwsemHandoff,
  (base, threads) => new RwsemHandoff(base, threads, usualHandoff, 'all'),
);

export const bravoRwsemSpin = bravoOver(
  'bravo-rwsem-spin',
  rwsemSpin,
  (base, threads) => new RwsemSpin(base, threads),
);
