import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { awaitOwner } from './await-owner.js';
import type { ReadWriteDefinition } from './definition.js';
import {
  favoured,
  handoffBit,
  lockedBits,
  ModernRwsem,
  modernDefinition,
  noWriterSpins,
  ownerShift,
  readBias,
  readerOwned,
  waitersBit,
  waitsToRead,
  waitsToWrite,
  wakeAny,
  wakeReaders,
  wakeReadersOwned,
  writerBit,
  type ReadersWoken,
} from './rwsem-modern.js';
import { isPast, keepTime } from './time-word.js';

/** How long a waiter waits before it may ask for the handoff, ns: one jiffy at 250 Hz, 0 for at once; or `never`. */
export type Handoff = number | 'never';

export const usualHandoff: Handoff = 4_000_000;

/** In a waiter's node, behind `favoured`: from when on it may ask for the handoff. */
const askFrom = favoured + 1;

/** Turns of a spinner between two looks at the clock. */
const usualTurns = 16;
/** Spinning for readers: a base, and what each of them adds, up to so many; ns. */
const readersBaseNs = 10_000;
const readerNs = 500;
const mostReadersNs = 15_000;

/** What a spinner finds the owner to be. */
const nobody = 0;
export const aReader = 1;
export const aWriter = 2;
/** No use to spin. */
export const unspinnable = 3;

/** What the owner word says to a spinner whom `flag` would keep from spinning. */
function ownerState(owner: number, flag: number): number {
  if ((owner & flag) !== 0) return unspinnable;
  if ((owner & readerOwned) !== 0) return aReader;
  return owner >>> ownerShift === 0 ? nobody : aWriter;
}

/**
 * Today's reader/writer semaphore (since 5.11). Writers spin while the owning writer runs, and for a
 * while when readers are inside; arriving readers take the lock past the queue where no writer is inside and
 * no readers were before them. So sleepers are passed, but not for long: one that has waited for 4 ms has
 * the lock kept for the head of the queue, where spinners and arrivals leave it alone.
 *
 * No signals, no real-time tasks (which ask for the handoff at once).
 */
export class RwsemHandoff extends ModernRwsem {
  private readonly asks: boolean;
  private readonly handoffNs: number;
  private readonly turns: number;

  /** `turns`: of a spinner, between two looks at the clock. */
  constructor(
    base: number,
    threads: number,
    handoff: Handoff,
    readersWoken: ReadersWoken,
    turns = usualTurns,
  ) {
    super(base, threads, readersWoken);
    this.turns = turns;
    this.asks = handoff !== 'never';
    this.handoffNs = handoff === 'never' ? 0 : handoff;
  }

  protected get inherited(): number {
    return noWriterSpins;
  }

  /** Flags that are set when readers have been inside for too long. */
  protected get forbidden(): number {
    return noWriterSpins;
  }

  protected *mayAsk(cpu: Cpu, entry: number): Steps<number> {
    return this.asks ? yield isPast(cpu, this.list.note(entry) + askFrom) : 0;
  }

  protected *readSlow(cpu: Cpu, count: number): Steps {
    const readers = count >>> 8;
    const owner = yield cpu.load(this.owner);
    // Behind other readers it queues, or a stream of them would keep a writer out.
    const follows = (owner & readerOwned) !== 0 && readers > 1 && (count & writerBit) === 0;
    if (follows || (count & (writerBit | handoffBit)) !== 0) {
      yield this.queueToRead(cpu, readBias);
      return;
    }
    cpu.count.steals++;
    yield this.ownByReader(cpu, cpu.id + 1);
    // The first of a new group brings along the readers that are queued.
    if (readers === 1) yield this.wakeWaiters(cpu, wakeReadersOwned);
  }

  protected *writeSlow(cpu: Cpu): Steps {
    if ((yield this.spin(cpu)) === 0) yield this.queueToWrite(cpu);
  }

  /** Queues and sleeps until let in. `added`: what the caller has added to the count, which is undone. */
  protected *queueToRead(cpu: Cpu, added: number): Steps {
    yield this.list.lock(cpu);
    let change = -added;
    if ((yield this.list.head(cpu)) === 0) {
      // Only a writer could have kept it out, and he has left.
      if (added !== 0 && ((yield cpu.load(this.count)) & writerBit) === 0) {
        yield this.ownByReader(cpu, cpu.id + 1);
        yield this.list.unlock(cpu);
        return;
      }
      change += waitersBit;
    }
    yield this.append(cpu, waitsToRead);
    const count = (yield cpu.add(this.count, change)) + change;
    const picked = yield this.pickIfFree(cpu, count);
    yield this.list.unlock(cpu);
    yield this.wakePicked(cpu, picked);
    yield cpu.preemption(1);
    yield this.list.sleepUntilAwake(cpu);
    yield cpu.preemption(0);
  }

  /** Queues, and competes for the lock each time it is woken. */
  protected *queueToWrite(cpu: Cpu): Steps {
    yield this.list.lock(cpu);
    if ((yield this.append(cpu, waitsToWrite)) === 0) {
      yield cpu.or(this.count, waitersBit);
    } else {
      const picked = yield this.pickIfFree(cpu, yield cpu.load(this.count));
      if (picked !== 0) {
        yield this.list.unlock(cpu);
        yield this.wakePicked(cpu, picked);
        yield this.list.lock(cpu);
      }
    }
    while ((yield this.takeQueued(cpu)) === 0) {
      yield this.list.unlock(cpu);
      if ((yield this.spinWhenFavoured(cpu)) === 0) {
        yield cpu.preemption(1);
        yield this.list.sleep(cpu);
        yield cpu.preemption(0);
        // Before the next look at the count: who leaves after it finds this writer asleep and wakes it.
        yield this.list.prepare(cpu);
      }
      yield this.list.lock(cpu);
    }
    yield this.list.unlock(cpu);
  }

  /** 1 if it is worth while to spin, for one whom `flag` would keep from it. */
  protected *maySpin(cpu: Cpu, flag: number): Steps<number> {
    if (yield cpu.needsReschedule()) return 0;
    const owner = yield cpu.load(this.owner);
    const state = ownerState(owner, flag);
    return state === aWriter
      ? yield cpu.isRunning((owner >>> ownerShift) - 1)
      : Number(state !== unspinnable);
  }

  /** Spins while a writer that runs owns the lock. Gives by whom it is owned then; `unspinnable` to stop. */
  protected *awaitWriter(cpu: Cpu, flag: number): Steps<number> {
    const owner = yield cpu.load(this.owner);
    if (ownerState(owner, flag) !== aWriter) return ownerState(owner, flag);
    const found = yield awaitOwner(cpu, this.owner, owner, (owner >>> ownerShift) - 1);
    return found === owner ? unspinnable : ownerState(found, flag);
  }

  /** 1 if it took the lock by spinning. */
  protected *spin(cpu: Cpu): Steps<number> {
    if ((yield this.maySpin(cpu, noWriterSpins)) === 0) return 0;
    cpu.count.spins++;
    if ((yield this.spinners.lock(cpu)) === 0) return 0;
    const taken = yield this.spinAtHead(cpu);
    yield this.spinners.unlock(cpu);
    return taken;
  }

  private *spinAtHead(cpu: Cpu): Steps<number> {
    let before = nobody;
    let untilNs = 0;
    let turns = 0;
    for (;;) {
      const state = yield this.awaitWriter(cpu, noWriterSpins);
      if (state === unspinnable) return 0;
      if (yield this.takeUnqueued(cpu)) return 1;
      if (state === aReader) {
        if (before !== aReader) {
          const extraNs = ((yield cpu.load(this.count)) >>> 8) * readerNs;
          untilNs = (yield cpu.now()) + readersBaseNs + Math.min(extraNs, mostReadersNs);
          turns = 0;
        } else if (++turns % this.turns === 0 && (yield cpu.past(untilNs)) !== 0) {
          yield this.forbidSpinning(cpu);
          return 0;
        }
      }
      // Without a writer there is no telling whether its holder runs.
      if (state !== aWriter && (yield cpu.needsReschedule())) return 0;
      before = state;
      yield cpu.pause();
    }
  }

  /** Takes the lock if it is free and not kept for the head of the queue. */
  private *takeUnqueued(cpu: Cpu): Steps<number> {
    let count = yield cpu.load(this.count);
    while ((count & (lockedBits | handoffBit)) === 0) {
      const found = yield cpu.cas(this.count, count, count | writerBit);
      if (found === count) {
        yield this.ownByWriter(cpu);
        if ((count & waitersBit) !== 0) cpu.count.steals++;
        return 1;
      }
      count = found;
    }
    return 0;
  }

  /** Readers have been inside for too long: nobody begins to spin until they have left. */
  private *forbidSpinning(cpu: Cpu): Steps {
    const flags = this.forbidden;
    let owner = yield cpu.load(this.owner);
    while ((owner & readerOwned) !== 0 && (owner & flags) !== flags) {
      const found = yield cpu.cas(this.owner, owner, owner | flags);
      if (found === owner) return;
      owner = found;
    }
  }

  /** Appends the caller; gives the entry before it, or 0. List locked. */
  private *append(cpu: Cpu, kind: number): Steps<number> {
    const note = this.list.note(cpu.id + 1);
    yield cpu.set(note + favoured, 0);
    yield keepTime(cpu, note + askFrom, (yield cpu.now()) + this.handoffNs);
    return yield this.list.append(cpu, kind);
  }

  /** Before one who has just queued sleeps: wakes the head, or readers at it, if nothing keeps them out. */
  private *pickIfFree(cpu: Cpu, count: number): Steps<number> {
    if ((count & writerBit) !== 0) return 0;
    if ((count & lockedBits) !== 0) return yield this.pick(cpu, wakeReaders);
    yield this.allowSpinning(cpu);
    return yield this.pick(cpu, wakeAny);
  }

  /** 1 if the caller, who is queued, took the lock and left the queue. List locked. */
  private *takeQueued(cpu: Cpu): Steps<number> {
    const me = cpu.id + 1;
    const head = yield this.list.head(cpu);
    const headFavoured = this.list.note(head) + favoured;
    let count = yield cpu.load(this.count);
    for (;;) {
      const kept = (count & handoffBit) !== 0;
      if (kept && head !== me && (yield cpu.get(headFavoured)) !== 0) return 0;
      if ((count & lockedBits) !== 0) {
        // Any waiter may ask; whom it favours is the head.
        if (kept || (yield this.mayAsk(cpu, me)) === 0) return 0;
        const found = yield cpu.cas(this.count, count, count | handoffBit);
        if (found === count) {
          yield cpu.set(headFavoured, 1);
          return 0;
        }
        count = found;
      } else {
        const alone = head === me && (yield this.list.next(cpu, me)) === 0;
        const left = count & ~(alone ? handoffBit | waitersBit : handoffBit);
        const found = yield cpu.cas(this.count, count, left | writerBit);
        if (found === count) {
          if (kept) cpu.count.handoffs++;
          if (head !== me) cpu.count.steals++;
          yield this.list.remove(cpu, me);
          yield this.ownByWriter(cpu);
          return 1;
        }
        count = found;
      }
    }
  }

  /** 1: the lock is kept for the caller and its owner has just left, so there is no need to sleep. */
  protected *spinWhenFavoured(cpu: Cpu): Steps<number> {
    if ((yield cpu.load(this.list.note(cpu.id + 1) + favoured)) === 0) return 0;
    return (yield this.awaitWriter(cpu, 0)) === nobody ? 1 : 0;
  }
}

const definitionOf = (
  name: string,
  about: string,
  handoff: Handoff,
  readersWoken: ReadersWoken,
): ReadWriteDefinition =>
  modernDefinition(
    {
      name,
      about,
      since: '5.11, in the form of 7.0',
      source:
        'kernel/locking/rwsem.c, about Linux 7.0; commits 4f23dbc1e657, 617f3ef95177, 1a728dff855a',
    },
    (base, threads, turns) => new RwsemHandoff(base, threads, handoff, readersWoken, turns),
  );

export const rwsemHandoff = definitionOf(
  'rwsem-handoff',
  'today’s reader/writer semaphore: spinning writers, stealing readers, handoff to the head after 4 ms',
  usualHandoff,
  'all',
);

/** What its parameters change, each under a name of its own. */
export const rwsemHandoffVariants: readonly ReadWriteDefinition[] = [
  definitionOf(
    'rwsem-handoff-never',
    'rwsem-handoff without the handoff: sleepers can be passed without bound',
    'never',
    'all',
  ),
  definitionOf(
    'rwsem-handoff-always',
    'rwsem-handoff that keeps the lock for the head of the queue as soon as someone has queued',
    0,
    'all',
  ),
  definitionOf(
    'rwsem-handoff-run',
    'rwsem-handoff that lets in only the readers before the first queued writer',
    usualHandoff,
    'run',
  ),
];
