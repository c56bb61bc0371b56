import type { EventQueue } from './event-queue.js';
import type { SimCpu } from './sim-cpu.js';
import { type TimeAccount, timeKind } from './time-account.js';

/** Where a thread stands between two of its steps. */
export const standing = {
  /** It has an event, at which it goes on with a value or takes its step. */
  event: 0,
  /** It waits for a cache line. */
  line: 1,
  /** It spins. */
  spin: 2,
  /** It sleeps, or waits for a CPU. */
  away: 3,
  ended: 4,
} as const;

/** What the parts of the machine know of each thread, by its index. Times are ns. */
export class ThreadTable {
  readonly cpus: readonly SimCpu[];
  readonly account: TimeAccount;
  /** One of `standing`. */
  readonly standing: Uint8Array;
  /** The value with which it goes on; where it has none, it takes the step that it is at once more. */
  readonly value: Float64Array;
  readonly hasValue: Uint8Array;
  /** What it had left to do when it lost its CPU. */
  readonly left: Float64Array;
  /** When the step that was just taken is complete. */
  after = 0.5;
  readonly #events: EventQueue;
  /** Until when its wait lasts at most; NaN: it is in no wait with a limit. */
  readonly #deadline: Float64Array;

  constructor(cpus: readonly SimCpu[], account: TimeAccount, events: EventQueue) {
    const threads = cpus.length;
    this.cpus = cpus;
    this.account = account;
    this.standing = new Uint8Array(threads).fill(standing.away);
    this.value = new Float64Array(threads);
    this.hasValue = new Uint8Array(threads);
    this.left = new Float64Array(threads);
    this.#events = events;
    this.#deadline = new Float64Array(threads).fill(Number.NaN);
  }

  /** The step gives this, and is complete `ns` after `now`, which were spent on `place`. */
  give(thread: number, value: number, now: number, place: number, ns: number): true {
    this.value[thread] = value;
    this.after = now + ns;
    if (ns !== 0) this.account.spend(thread, place, ns);
    return true;
  }

  /** As `give`, but the thread goes on by an event of its own. */
  giveAt(thread: number, value: number, time: number): void {
    this.value[thread] = value;
    this.hasValue[thread] = 1;
    this.schedule(thread, time);
  }

  schedule(thread: number, time: number): void {
    this.standing[thread] = standing.event;
    this.#events.set(thread, time);
  }

  /** An interrupt takes so much of the thread's time, if it is computing. */
  interrupt(thread: number, ns: number): void {
    if (this.standing[thread] !== standing.event) return;
    const due = this.#events.timeOf(thread);
    // One that is only now about to begin is not yet there to be interrupted.
    const begins = (this.account.upTo[thread] as number) < due;
    if (begins && this.account.isOn(thread) !== timeKind.interrupted) return;
    this.account.wait(thread, timeKind.interrupted);
    this.#events.set(thread, due + ns);
  }

  /** The wait in progress ends `ns` after `now` at the latest; what was said of it first stands. */
  limit(thread: number, now: number, ns: number): void {
    if (ns === Infinity || this.isLimited(thread)) return;
    const deadline = now + ns;
    this.#deadline[thread] = deadline;
    this.#events.set(this.cpus.length + thread, deadline);
  }

  isLimited(thread: number): boolean {
    return !Number.isNaN(this.#deadline[thread]);
  }

  isLate(thread: number, now: number): boolean {
    return now >= (this.#deadline[thread] as number);
  }

  /** The step is over, and its limit with it. */
  unlimit(thread: number): void {
    if (!this.isLimited(thread)) return;
    this.#deadline[thread] = Number.NaN;
    this.#events.cancel(this.cpus.length + thread);
  }

  /** The acquisition in progress begins to wait, if it has not yet. */
  blocked(thread: number, now: number): void {
    const { task } = this.cpus[thread] as SimCpu;
    if (task.blockedAt === 0) task.blockedAt = now;
    if (task.operationBlockedAt === 0) task.operationBlockedAt = now;
  }

  /** Index of the class of the lock that the thread is acquiring; -1: none of a strategy's. */
  lockClass(thread: number): number {
    const { count, task } = this.cpus[thread] as SimCpu;
    return task.counters.indexOf(count);
  }
}
