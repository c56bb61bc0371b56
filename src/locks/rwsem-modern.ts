import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition, ReadWriteLock } from './definition.js';
import { SpinQueue, spinQueueWords } from './osq.js';
import { WaitList, waitListWords } from './wait-list.js';

/** Bits of the count. */
export const writerBit = 1;
/** Somebody is queued. */
export const waitersBit = 2;
/** The head of the queue is to have the lock next: nobody else may take it. */
export const handoffBit = 4;
/** One reader; how many there are stands above the flags. */
export const readBias = 0x100;
/** Someone is inside. */
export const lockedBits = -readBias | writerBit;

/** Flags of the owner word; the id + 1 of who wrote it stands above them. */
export const ownerShift = 3;
/** Readers are inside, or were: he is only the last who came in. */
export const readerOwned = 1;
/** Readers have been inside for so long that writers do not spin for them. */
export const noWriterSpins = 2;
/** The same for readers, where readers spin at all. */
export const noReaderSpins = 4;

/** Kinds of waiters. */
export const waitsToRead = 1;
export const waitsToWrite = 2;

/** Whom a wake-up is for. */
export const wakeAny = 0;
/** Readers at the head, unless a writer is active. */
export const wakeReaders = 1;
/** Readers at the head; the caller holds the lock for reading, so no writer is active. */
export const wakeReadersOwned = 2;

/** Which readers one wake-up lets in: those up to the first writer, or all that are queued. */
export type ReadersWoken = 'run' | 'all';

/** Readers that one wake-up lets in at most. */
const mostReadersWoken = 256;

/** In a waiter's node: the handoff bit was set for it. */
export const favoured = 0;

const spinnersAt = (threads: number): number => lineWords + waitListWords(threads);

/** Words of the lock: the line of count and owner, the list, the spinners. */
const modernWords = (threads: number): number => spinnersAt(threads) + spinQueueWords(threads);

/** Words that are 0 while the lock is free. The owner word may outlive its owner. */
const modernIdle = (threads: number): ReadonlyArray<readonly [offset: number, value: number]> => [
  [0, 0],
  ...WaitList.idle(lineWords),
  ...SpinQueue.idle(spinnersAt(threads)),
];

/**
 * The definition of one of them. `make` takes a third argument, a limit of turns, where interleavings are explored.
 */
export const modernDefinition = (
  told: Pick<ReadWriteDefinition, 'name' | 'about' | 'since' | 'source'>,
  make: (base: number, threads: number, turns?: number) => ReadWriteLock,
): ReadWriteDefinition => ({
  ...told,
  kind: 'rw',
  sleeps: true,
  spins: true,
  fair: false,
  words: modernWords,
  idle: modernIdle,
  create: (base, threads) => make(base, threads),
  createToVerify: (base, threads) => make(base, threads, 1),
});

/**
 * What the reader/writer semaphores of Linux since 5.3 have in common (the 32-bit layout of the count): the
 * fast paths, and letting in those who wait. Readers are let in by whoever wakes them; writers are only
 * woken, and compete. Generations differ in how one waits: `readSlow` and `writeSlow`.
 */
export abstract class ModernRwsem implements ReadWriteLock {
  protected readonly count: number;
  /** A hint, in the count's line as in the kernel. */
  protected readonly owner: number;
  protected readonly list: WaitList;
  protected readonly spinners: SpinQueue;
  private readonly skipsWriters: boolean;

  constructor(base: number, threads: number, readersWoken: ReadersWoken) {
    this.count = base;
    this.owner = base + 1;
    this.list = new WaitList(base + lineWords);
    this.spinners = new SpinQueue(base + spinnersAt(threads));
    this.skipsWriters = readersWoken === 'all';
  }

  *readLock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    const count = (yield cpu.add(this.count, readBias)) + readBias;
    if ((count & (writerBit | waitersBit | handoffBit)) !== 0) yield this.readSlow(cpu, count);
    else yield this.ownByReader(cpu, cpu.id + 1);
    yield cpu.preemption(1);
  }

  *readUnlock(cpu: Cpu): Steps {
    const count = (yield cpu.add(this.count, -readBias)) - readBias;
    if ((count & (lockedBits | waitersBit)) === waitersBit) {
      yield this.allowSpinning(cpu);
      yield this.wakeWaiters(cpu, wakeAny);
    }
  }

  *writeLock(cpu: Cpu): Steps {
    yield cpu.preemption(0);
    if ((yield cpu.cas(this.count, 0, writerBit)) === 0) yield this.ownByWriter(cpu);
    else yield this.writeSlow(cpu);
    yield cpu.preemption(1);
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield cpu.set(this.owner, 0);
    const count = yield cpu.add(this.count, -writerBit);
    if ((count & waitersBit) !== 0) yield this.wakeWaiters(cpu, wakeAny);
  }

  *downgrade(cpu: Cpu): Steps {
    const count = yield cpu.add(this.count, readBias - writerBit);
    yield this.ownByReader(cpu, cpu.id + 1);
    if ((count & waitersBit) !== 0) yield this.wakeWaiters(cpu, wakeReadersOwned);
  }

  *tryReadLock(cpu: Cpu): Steps<number> {
    let count = yield cpu.load(this.count);
    while ((count & (writerBit | waitersBit | handoffBit)) === 0) {
      const found = yield cpu.cas(this.count, count, count + readBias);
      if (found === count) {
        yield this.ownByReader(cpu, cpu.id + 1);
        return 1;
      }
      count = found;
    }
    return 0;
  }

  *tryWriteLock(cpu: Cpu): Steps<number> {
    if ((yield cpu.cas(this.count, 0, writerBit)) !== 0) return 0;
    yield this.ownByWriter(cpu);
    return 1;
  }

  /** `count` is what it was right after the caller had added itself as a reader, which still stands. */
  protected abstract readSlow(cpu: Cpu, count: number): Steps;
  protected abstract writeSlow(cpu: Cpu): Steps;
  /** Flags of the owner word that one reader leaves to the next. */
  protected abstract get inherited(): number;
  /** 1 if that waiter has waited for so long that it may ask for the handoff. List locked. */
  protected abstract mayAsk(cpu: Cpu, entry: number): Steps<number>;

  /** Names a reader (id + 1) as the last who came in. */
  protected *ownByReader(cpu: Cpu, entry: number): Steps {
    const kept = (yield cpu.get(this.owner)) & this.inherited;
    yield cpu.set(this.owner, (entry << ownerShift) | readerOwned | kept);
  }

  protected *ownByWriter(cpu: Cpu): Steps {
    yield cpu.set(this.owner, (cpu.id + 1) << ownerShift);
  }

  /** Readers have left: writers may spin again. */
  protected *allowSpinning(cpu: Cpu): Steps {
    if ((yield cpu.load(this.owner)) & noWriterSpins) yield cpu.and(this.owner, ~noWriterSpins);
  }

  protected *wakeWaiters(cpu: Cpu, whom: number): Steps {
    yield this.list.lock(cpu);
    const picked = yield this.pick(cpu, whom);
    yield this.list.unlock(cpu);
    yield this.wakePicked(cpu, picked);
  }

  /**
   * Lets in the readers that a wake-up is for, or finds the writer that it is for. Gives what `wakePicked`
   * takes once the list is unlocked, so that nobody waits for it while others are woken. List locked.
   */
  protected *pick(cpu: Cpu, whom: number): Steps<number> {
    const head = yield this.list.head(cpu);
    if (head === 0) return 0;
    if ((yield this.list.kind(cpu, head)) === waitsToWrite) {
      if (whom !== wakeAny) return 0;
      // It stays in the list, so it is marked here, while it surely still waits there.
      yield this.list.mark(cpu, head);
      return -head;
    }
    if (whom === wakeReadersOwned) return yield this.letReadersIn(cpu, head, 0);
    if ((yield this.claimForReaders(cpu, head)) === 0) return 0;
    return yield this.letReadersIn(cpu, head, readBias);
  }

  /** Wakes a writer (its entry negated), or a chain of readers that `pick` let in. */
  protected *wakePicked(cpu: Cpu, picked: number): Steps {
    if (picked < 0) yield this.list.wake(cpu, -picked);
    let entry = picked;
    while (entry > 0) {
      // Before it is told: it may leave and queue again at once.
      const after = yield this.list.next(cpu, entry);
      yield this.list.rouse(cpu, entry);
      entry = after;
    }
  }

  /** 1 if no writer is active, with one reader added; else the head, a reader, may ask for the handoff. */
  private *claimForReaders(cpu: Cpu, head: number): Steps<number> {
    const count = yield cpu.add(this.count, readBias);
    if ((count & writerBit) === 0) {
      yield this.ownByReader(cpu, head);
      return 1;
    }
    let change = -readBias;
    if (yield this.mayAsk(cpu, head)) {
      if ((count & handoffBit) === 0) change += handoffBit;
      yield cpu.set(this.list.note(head) + favoured, 1);
    }
    yield cpu.add(this.count, change);
    return 0;
  }

  /**
   * Takes readers out of the list, `head` first, and gives them as a chain. All are counted before the
   * first of them is told, or one that leaves early would take the count below zero.
   */
  private *letReadersIn(cpu: Cpu, head: number, claimed: number): Steps<number> {
    let readers = 0;
    let last = 0;
    let entry = head;
    while (entry !== 0 && readers < mostReadersWoken) {
      const after = yield this.list.next(cpu, entry);
      if ((yield this.list.kind(cpu, entry)) === waitsToRead) {
        yield this.list.remove(cpu, entry);
        if (last !== 0) yield this.list.chain(cpu, last, entry);
        last = entry;
        readers++;
      } else if (!this.skipsWriters) {
        break;
      }
      entry = after;
    }
    yield this.list.chain(cpu, last, 0);
    let change = readers * readBias - claimed;
    if ((yield this.list.head(cpu)) === 0) change -= waitersBit;
    // Set and cleared only while the list is locked.
    if (((yield cpu.load(this.count)) & handoffBit) !== 0) {
      change -= handoffBit;
      cpu.count.handoffs++;
    }
    if (change !== 0) yield cpu.add(this.count, change);
    return head;
  }
}
