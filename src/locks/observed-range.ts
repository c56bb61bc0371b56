import type { Counters } from '../machine/counters.js';
import type { Cpu } from '../machine/cpu.js';
import { structureWords, type Layout } from '../machine/layout.js';
import { lockClassIndex, type LockClass } from '../machine/lock-class.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition, RangeLock } from './definition.js';
import { lockFault, type LockRecord } from './lock-record.js';

/** Words of what a thread says that it holds, which is right while its turn is odd. */
const first = 0;
const end = 1;
const writes = 2;
const turn = 3;

/** One in so many acquisitions looks at what the other threads hold: each look costs a line for each of them. */
const usualGap = 64;

/**
 * The only way the model takes a strategy's range lock: what `Observed` is to the others. It points
 * `cpu.count` at the lock's class, counts acquisitions and waits, times holds of timed operations, and
 * keeps the witness of exclusion: each thread writes down the range it holds, and now and then looks, after it
 * came in, whether another holds one that conflicts.
 */
export class ObservedRange {
  /** Its holder may do I/O, and wait for others that do. */
  readonly holderMaySleep: boolean;

  private readonly definition: RangeDefinition;
  private readonly lock: RangeLock;
  private readonly record: LockRecord;
  private readonly threads: number;
  private readonly base: number;
  private readonly lockClass: LockClass;
  private readonly classIndex: number;
  private readonly slot: number;
  private readonly noSleep: number;
  /** What thread 0 holds; the others' follow. */
  private readonly holds: number;
  private readonly gap: number;

  /**
   * `nested` 1: taken while another lock of its class is held (the child's `mmap_lock` in fork). `gap`: one in
   * so many acquisitions of a thread is checked for exclusion, the first one included.
   */
  constructor(
    layout: Layout,
    record: LockRecord,
    definition: RangeDefinition,
    threads: number,
    lockClass: LockClass,
    nested: 0 | 1 = 0,
    gap = usualGap,
  ) {
    this.definition = definition;
    this.threads = threads;
    this.base = layout.allocate(definition.words(threads));
    this.lock = definition.create(this.base, threads);
    this.record = record;
    this.lockClass = lockClass;
    this.classIndex = lockClassIndex(lockClass);
    this.slot = 2 * this.classIndex + nested;
    this.noSleep = definition.sleeps ? 0 : 1;
    this.holderMaySleep = definition.sleeps;
    this.holds = layout.allocate(threads * structureWords);
    this.gap = gap;
    record.name(definition.name, this.classIndex);
  }

  /** Sets the words that do not start at zero. */
  initialise(memory: Memory): void {
    for (const [offset, value] of this.definition.initial?.(this.threads) ?? []) {
      memory.set(this.base + offset, value);
    }
  }

  /** Locks [start, stop), exclusively if `write` is 1, and gives a handle for `release`. */
  *acquire(cpu: Cpu, start: number, stop: number, write: 0 | 1): Steps<number> {
    const task = cpu.task;
    const outer = cpu.count;
    const count = task.counters[this.classIndex] as Counters;
    cpu.count = count;
    task.blockedAt = 0;
    task.noSleepDepth -= task.noSleepObserved;
    const handle = yield this.lock.acquire(cpu, start, stop, write);
    task.noSleepDepth += task.noSleepObserved;
    count.acquisitions++;
    if (task.blockedAt !== 0) {
      count.contended++;
      task.waitedNs += (yield cpu.now()) - task.blockedAt;
      task.blockedAt = 0;
    }
    cpu.count = outer;
    const own = this.holds + cpu.id * structureWords;
    yield cpu.set(own + first, start);
    yield cpu.set(own + writes, write);
    yield cpu.set(own + end, stop);
    yield cpu.store(own + turn, (yield cpu.get(own + turn)) + 1);
    if (count.acquisitions % this.gap === 1 % this.gap) yield this.look(cpu, start, stop, write);
    if (this.noSleep !== 0) {
      task.noSleepDepth++;
      task.noSleepObserved++;
      task.noSleepClass = this.classIndex;
    }
    if (task.sampled !== 0) task.heldSince[this.slot] = yield cpu.now();
    return handle;
  }

  *release(cpu: Cpu, handle: number): Steps {
    const task = cpu.task;
    const own = this.holds + cpu.id * structureWords;
    // The atomic with which the lock is released publishes it.
    yield cpu.set(own + turn, (yield cpu.get(own + turn)) + 1);
    task.noSleepDepth -= this.noSleep;
    task.noSleepObserved -= this.noSleep;
    const since = task.heldSince[this.slot] as number;
    if (since !== 0) {
      const held = (yield cpu.now()) - since;
      if (held > task.holdNs) task.holdNs = held;
      task.heldSince[this.slot] = 0;
    }
    const outer = cpu.count;
    cpu.count = task.counters[this.classIndex] as Counters;
    yield this.lock.release(cpu, handle);
    cpu.count = outer;
  }

  /** What is wrong with the lock once nobody uses it any more, as sentences; empty if it is free and whole. */
  check(memory: Memory): string[] {
    const name = `${this.lockClass} ${this.definition.name}`;
    const broken: string[] = [];
    for (let thread = 0; thread < this.threads; thread++) {
      const hold = this.holds + thread * structureWords;
      if ((memory.get(hold + turn) & 1) === 0) continue;
      const start = memory.get(hold + first);
      const stop = memory.get(hold + end);
      broken.push(`${name}: thread ${thread} left pages ${start} to ${stop - 1} locked`);
    }
    for (const [offset, value] of this.definition.idle?.(this.threads) ?? []) {
      const found = memory.get(this.base + offset);
      if (found !== value) {
        broken.push(
          `${name}: not free after all threads ended: word ${offset} holds ${found} instead of ${value}`,
        );
      }
    }
    return broken;
  }

  /** Reports each other thread that holds a range which conflicts with the caller's. */
  private *look(cpu: Cpu, start: number, stop: number, write: number): Steps {
    for (let thread = 0; thread < this.threads; thread++) {
      const other = this.holds + thread * structureWords;
      const seen = yield cpu.load(other + turn);
      if (thread === cpu.id || (seen & 1) === 0) continue;
      const otherStart = yield cpu.get(other + first);
      const otherStop = yield cpu.get(other + end);
      const otherWrites = yield cpu.get(other + writes);
      // What was read belongs together only if it has not released that range meanwhile.
      if ((yield cpu.load(other + turn)) !== seen) continue;
      if (otherStart >= stop || otherStop <= start) continue;
      if (write !== 0 && otherWrites !== 0) {
        yield this.record.report(cpu, this.classIndex, lockFault.twoWriters);
      } else if (write !== 0 || otherWrites !== 0) {
        yield this.record.report(cpu, this.classIndex, lockFault.readerWithWriter);
      }
    }
  }
}
