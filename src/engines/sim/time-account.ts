import { lockClasses } from '../../machine/lock-class.js';

/** Where a thread's time can go, besides waiting for locks. */
export const timeKinds = [
  'work',
  'transfer',
  'io',
  'shootdown',
  'wake',
  'ready',
  'stolen',
  'interrupted',
  'ended',
] as const;
export type TimeKind = (typeof timeKinds)[number];

/** How a thread waits for a lock: it spins, it sleeps, it has been woken and does not run yet. */
export const waitKinds = ['spinning', 'asleep', 'waking'] as const;

/** Places of an account: the kinds, and then the waits of each lock class and of none. */
export const accountPlaces = timeKinds.length + waitKinds.length * (lockClasses.length + 1);

export const timeKind = Object.fromEntries(timeKinds.map((kind, index) => [kind, index])) as Record<
  TimeKind,
  number
>;

/** Place of a wait. @param lockClass index of the class; -1: of no strategy's lock */
export const waitPlace = (kind: 0 | 1 | 2, lockClass: number): number =>
  timeKinds.length + (lockClass + 1) * waitKinds.length + kind;

/**
 * Where the time of each thread went, ns. Every thread is accounted for without a gap: what has been spent adds up to
 * how far it has come, however often it waits.
 */
export class TimeAccount {
  /** How far each thread has been accounted for, and what it is spending time on now. */
  readonly upTo: Float64Array;
  readonly #place: Int32Array;
  /** What it spent time on last: it may have come further by that than the others. */
  readonly #last: Int32Array;
  readonly #spent: Float64Array;

  constructor(threads: number) {
    this.upTo = new Float64Array(threads);
    this.#place = new Int32Array(threads);
    this.#last = new Int32Array(threads);
    this.#spent = new Float64Array(threads * accountPlaces);
  }

  /** The thread spends `ns` on this, and is so much further. */
  spend(thread: number, place: number, ns: number): void {
    const at = thread * accountPlaces + place;
    this.#spent[at] = (this.#spent[at] as number) + ns;
    this.upTo[thread] = (this.upTo[thread] as number) + ns;
    this.#place[thread] = place;
    this.#last[thread] = place;
  }

  /** What the thread waits for from now on, until `reach` says for how long. */
  wait(thread: number, place: number): void {
    this.#place[thread] = place;
  }

  /** What the thread spends its time on now. */
  isOn(thread: number): number {
    return this.#place[thread] as number;
  }

  /** The thread has come to `time` by what it did last. */
  reach(thread: number, time: number): void {
    const ns = time - (this.upTo[thread] as number);
    if (ns !== 0) this.spend(thread, this.#place[thread] as number, ns);
  }

  /** What each thread has spent on each place up to `time`, by thread and place: those who are further are cut off there. */
  snapshot(time: number): Float64Array {
    const spent = this.#spent.slice();
    for (const [thread, upTo] of this.upTo.entries()) {
      const place = (time < upTo ? this.#last : this.#place)[thread] as number;
      const at = thread * accountPlaces + place;
      spent[at] = (spent[at] as number) + time - upTo;
    }
    return spent;
  }
}
