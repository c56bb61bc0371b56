import type { Counters } from '../../machine/counters.js';
import { numberField } from '../../machine/number-field.js';
import type { Task } from '../../machine/task.js';
import type { RunLayout } from '../../workload/run-layout.js';
import type { Clock } from './clock.js';
import type { ControlLayout } from './control.js';

/** How long `awaitChange` spins before it gives up the CPU: with a core for every thread, and without. */
const patientNs = 1_000_000;
const impatientNs = 2_000;
/** Without a core for every thread: time on the CPU after which the kernel would want to reschedule. */
const sliceNs = 3_000_000;
/** An owner whose heartbeat stands still for this long, while others spin for it, is no longer believed to run. */
const lostOwnerNs = 1_000_000;
/** Loads between two looks at the clock, about 20 ns. */
const looks = 32;
/** Shortest timeout with which `Atomics.wait` sleeps at all, in ms; it then takes about 75 µs. */
export const momentMs = 0.002;

/** The spin budget of `awaitChange`, in ns. */
export const spinBudgetNs = (threads: number, cores: number): number =>
  threads <= cores ? patientNs : impatientNs;

/** What waiting on threads is measured by and published through. */
export interface WaitingParts {
  readonly words: Int32Array;
  readonly control: ControlLayout;
  readonly run: RunLayout;
  readonly clock: Clock;
  readonly task: Task;
  readonly id: number;
  readonly threads: number;
  /** CPUs that the process may use. */
  readonly cores: number;
}

/**
 * How one thread waits: the slow paths of `ThreadCpu`. Only here is the clock read, so a lock that is had
 * at once costs no look at it.
 */
export class Waiting {
  readonly #words: Int32Array;
  readonly #clock: Clock;
  readonly #task: Task;
  readonly #crowded: boolean;
  readonly #budgetNs: number;
  readonly #running: number;
  readonly #resumed: number;
  readonly #waitingFor: number;
  readonly #idle: number;
  readonly #runningOf: Int32Array;
  readonly #resumedOf: Int32Array;
  readonly #progressOf: Int32Array;
  /** The owner that was last seen not to move: who, at which heartbeat, since when, and whether given up. */
  #watched = -1;
  #watchedBeat = 0;
  #watchedSince = numberField;
  #lost = false;
  /** When this thread last came back onto a CPU. */
  #runningSince: number;

  constructor(parts: WaitingParts) {
    const { control, id, run, threads, words } = parts;
    this.#words = words;
    this.#clock = parts.clock;
    this.#task = parts.task;
    this.#crowded = threads > parts.cores;
    this.#budgetNs = spinBudgetNs(threads, parts.cores);
    this.#running = control.running(id);
    this.#resumed = control.resumed(id);
    this.#waitingFor = control.waitingFor(id);
    this.#idle = control.idle(id);
    this.#runningOf = Int32Array.from({ length: threads }, (_, other) => control.running(other));
    this.#resumedOf = Int32Array.from({ length: threads }, (_, other) => control.resumed(other));
    this.#progressOf = Int32Array.from({ length: threads }, (_, other) => run.progress(other));
    this.#runningSince = parts.clock.now();
    Atomics.store(words, this.#running, 1);
  }

  /** An acquisition is about to wait: from now on it is timed. Gives the time. */
  blocked(): number {
    const now = this.#clock.now();
    const task = this.#task;
    if (task.blockedAt === 0) task.blockedAt = now;
    if (task.operationBlockedAt === 0) task.operationBlockedAt = now;
    return now;
  }

  /** Spins while the word holds `seen`, up to the budget; then gives up the CPU once. Gives the word's value. */
  spin(word: number, seen: number, count: Counters): number {
    const limit = this.blocked() + this.#budgetNs;
    for (;;) {
      for (let i = 0; i < looks; i++) {
        const value = Atomics.load(this.#words, word);
        if (value !== seen) return this.#done(value);
      }
      if (this.#clock.now() >= limit) return this.#giveUp(word, count);
    }
  }

  /** Spins for at most that time, and keeps the CPU: who sets a limit knows what to do at its end. */
  spinFor(word: number, seen: number, timeoutNs: number): number {
    if (timeoutNs <= 0) {
      if (this.#task.blockedAt === 0) this.blocked();
      return seen;
    }
    const limit = this.blocked() + timeoutNs;
    for (;;) {
      for (let i = 0; i < looks; i++) {
        const value = Atomics.load(this.#words, word);
        if (value !== seen) return this.#done(value);
      }
      if (this.#clock.now() >= limit) return seen;
    }
  }

  /** As `spin`, but only while `owner` seems to run and this CPU need not reschedule. */
  spinOnOwner(word: number, seen: number, owner: number, count: Counters): number {
    const limit = this.blocked() + patientNs;
    for (;;) {
      for (let i = 0; i < looks; i++) {
        const value = Atomics.load(this.#words, word);
        if (value !== seen) return this.#done(value);
        if (Atomics.load(this.#words, this.#runningOf[owner] ?? 0) === 0) return seen;
      }
      if (this.#crowded && (!this.isRunning(owner, count) || this.needsReschedule())) return seen;
      if (this.#clock.now() >= limit) return this.#giveUp(word, count);
    }
  }

  /**
   * What that thread last published of itself. A preempted thread looks as if it ran; with fewer cores
   * than threads it is disbelieved once its heartbeat has stood still for 1 ms.
   */
  isRunning(thread: number, count: Counters): boolean {
    if (Atomics.load(this.#words, this.#runningOf[thread] ?? 0) === 0) return false;
    if (!this.#crowded) return true;
    const beat =
      Atomics.load(this.#words, this.#progressOf[thread] ?? 0) +
      Atomics.load(this.#words, this.#resumedOf[thread] ?? 0);
    const now = this.#clock.now();
    if (thread !== this.#watched || beat !== this.#watchedBeat) {
      this.#watched = thread;
      this.#watchedBeat = beat;
      this.#watchedSince = now;
      this.#lost = false;
      return true;
    }
    if (now - this.#watchedSince < lostOwnerNs) return true;
    if (!this.#lost) count.ownerLost++;
    this.#lost = true;
    return false;
  }

  needsReschedule(): boolean {
    return this.#crowded && this.#clock.now() - this.#runningSince > sliceNs;
  }

  /** `Atomics.wait`, with the thread shown as off its CPU. */
  park(word: number, seen: number, timeoutNs: number, count: Counters): 0 | 1 | 2 {
    this.blocked();
    this.#publishClass(count);
    this.#leave();
    const result = Atomics.wait(this.#words, word, seen, timeoutNs / 1e6);
    this.#comeBack();
    this.#words[this.#waitingFor] = 0;
    return result === 'ok' ? 0 : result === 'not-equal' ? 1 : 2;
  }

  /** Sleeps, off the CPU, for about `ns`. */
  sleep(ns: number): void {
    this.#leave();
    Atomics.wait(this.#words, this.#idle, 0, Math.max(ns / 1e6, momentMs));
    this.#comeBack();
  }

  /** The thread ends: no one may spin for it any more. */
  end(): void {
    Atomics.store(this.#words, this.#running, 0);
  }

  #giveUp(word: number, count: Counters): number {
    count.spinYields++;
    this.#publishClass(count);
    this.#leave();
    Atomics.wait(this.#words, this.#idle, 0, momentMs);
    this.#comeBack();
    return Atomics.load(this.#words, word);
  }

  #done(value: number): number {
    this.#words[this.#waitingFor] = 0;
    return value;
  }

  #publishClass(count: Counters): void {
    this.#words[this.#waitingFor] = this.#task.counters.indexOf(count) + 1;
  }

  #leave(): void {
    Atomics.store(this.#words, this.#running, 0);
  }

  #comeBack(): void {
    this.#words[this.#resumed] = (this.#words[this.#resumed] as number) + 1;
    Atomics.store(this.#words, this.#running, 1);
    this.#runningSince = this.#clock.now();
  }
}
