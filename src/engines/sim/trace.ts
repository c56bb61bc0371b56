import { timeKind } from './time-account.js';
import type { TimeAccount } from './time-account.js';
import type { SimCpu } from './sim-cpu.js';
import { noClass, noRow, TracedThread } from './traced-thread.js';
import type { Tracer } from './tracer.js';

/** A stretch of time, ns. What `what` is depends on the list that it is in. */
export interface Slice {
  /** A thread, or in `onCpus` a CPU. */
  readonly track: number;
  readonly what: number;
  readonly from: number;
  readonly to: number;
}

/** How many slices are kept; more make a file that no viewer opens with pleasure. */
export interface TraceLimits {
  /** Of threads' states that are transfers of cache lines: if there are more, all are left out. */
  readonly transfers: number;
  /** Of everything else: with that many the trace ends. */
  readonly others: number;
}

export const usualLimits: TraceLimits = { transfers: 100_000, others: 300_000 };

/**
 * What threads and CPUs did in a part of a run, for a viewer. Holds and waits are read from what each thread remembers
 * of them: whenever time passes for a thread, what has changed since it last did changed at that moment.
 */
export class Trace implements Tracer {
  readonly openNs: number;
  /** Threads on CPUs: `track` is the CPU, `what` the thread. */
  readonly onCpus: Slice[] = [];
  /** `what` is the row of the thread's role. */
  readonly operations: Slice[] = [];
  /** From the first wait of an acquisition until the lock is held: `what` is the class of the lock. */
  readonly waits: Slice[] = [];
  /** What a thread spent time on: `what` is the place of the account. Without work, which is all the rest. */
  readonly states: Slice[] = [];
  /** `what` is an index of `Task.heldSince`. */
  readonly holds: Slice[] = [];
  /** States that were transfers of cache lines, and are not in `states` if these were too many. */
  transfers = 0;
  readonly #limits: TraceLimits;
  readonly #askedNs: number;
  #closeNs: number;
  #others = 0;
  #threads: readonly SimCpu[] = [];
  #account: TimeAccount | null = null;
  #now: TracedThread[] = [];
  /** By CPU: who has it, and since when. */
  readonly #current = new Map<number, { readonly thread: number; readonly from: number }>();

  /**
   * @param openNs when it begins, virtual time
   * @param windowNs how long it is
   */
  constructor(openNs: number, windowNs: number, limits = usualLimits) {
    this.openNs = openNs;
    this.#askedNs = openNs + windowNs;
    this.#closeNs = this.#askedNs;
    this.#limits = limits;
  }

  /** When it ends: where it was asked to, or where there were too many slices. */
  get closeNs(): number {
    return this.#closeNs;
  }

  get isCut(): boolean {
    return this.#closeNs < this.#askedNs;
  }

  /** What a list holds, cut off where the trace ends, in the order of its beginnings. */
  within(list: readonly Slice[]): readonly Slice[] {
    const end = this.#closeNs;
    return list
      .filter(({ from }) => from < end)
      .filter(
        ({ what }) =>
          list !== this.states || what !== timeKind.transfer || !this.leavesTransfersOut,
      )
      .map((slice) => (slice.to > end ? { ...slice, to: end } : slice))
      .sort((a, b) => a.from - b.from || b.to - a.to);
  }

  get leavesTransfersOut(): boolean {
    return this.transfers > this.#limits.transfers;
  }

  attach(threads: readonly SimCpu[], account: TimeAccount): void {
    this.#threads = threads;
    this.#account = account;
    this.#now = threads.map(({ task }) => new TracedThread(task.heldSince.length));
  }

  spends(thread: number, place: number, from: number, to: number): void {
    const now = this.#of(thread);
    if (now.isDone) return;
    this.#look(thread, now, from);
    if (now.leftNs > 0) {
      this.#goOn(thread, now, place, to);
      now.leftNs = 0;
    } else {
      this.#enter(thread, now, place, from, to);
    }
    if (to >= this.#closeNs) this.#finish(thread, now);
  }

  runs(thread: number, cpu: number, at: number): void {
    this.#of(thread).resumedAt = at;
    this.#current.set(cpu, { thread, from: at });
  }

  stops(thread: number, cpu: number, at: number): void {
    const now = this.#of(thread);
    if (now.leftNs > 0 && now.resumedAt < at) {
      this.#goOn(thread, now, this.#account?.isOn(thread) ?? timeKind.ready, at);
    } else {
      now.interrupt(at);
    }
    const current = this.#current.get(cpu);
    if (current?.thread !== thread) return;
    this.#current.delete(cpu);
    this.#add(this.onCpus, cpu, thread, current.from, at);
  }

  operationBegins(thread: number, row: number, at: number): void {
    const now = this.#of(thread);
    if (now.isDone) return;
    this.#look(thread, now, at);
    this.#endState(thread, now);
    now.row = row;
    now.operationFrom = at;
  }

  operationEnds(thread: number, at: number): void {
    const now = this.#of(thread);
    if (now.isDone) return;
    this.#look(thread, now, at);
    this.#endState(thread, now);
    this.#endOperation(thread, now, at);
  }

  /** The run is over: what goes on still ends with the trace. */
  finish(): void {
    for (const [thread, now] of this.#now.entries()) {
      if (now.isDone) continue;
      const upTo = this.#account?.upTo[thread] ?? this.#closeNs;
      const place = this.#account?.isOn(thread) ?? timeKind.ended;
      this.spends(thread, place, upTo, Math.max(upTo, this.#closeNs));
    }
    for (const [cpu, { thread }] of [...this.#current]) this.stops(thread, cpu, this.#closeNs);
  }

  #of(thread: number): TracedThread {
    return this.#now[thread] as TracedThread;
  }

  /** Has the thread begun or ceased to wait or to hold? */
  #look(thread: number, now: TracedThread, at: number): void {
    const { count, task } = this.#threads[thread] as SimCpu;
    const { blockedAt, counters, heldSince } = task;
    if (
      now.waitsFor !== noClass &&
      (blockedAt !== now.blockedAt || counters[now.waitsFor] !== count)
    ) {
      this.#endState(thread, now);
      this.#endWait(thread, now, at);
    }
    // A wait that has ended may leave its beginning behind.
    if (blockedAt !== 0 && blockedAt !== now.blockedAt) {
      now.blockedAt = blockedAt;
      now.waitsFor = counters.indexOf(count);
      if (now.waitsFor !== noClass) this.#endState(thread, now);
      now.waitFrom = at;
    }
    for (let slot = 0; slot < heldSince.length; slot++) {
      const since = heldSince[slot] as number;
      const held = now.heldSince[slot] as number;
      if (since === held) continue;
      if (held !== 0) this.#add(this.holds, thread, slot, held, at);
      now.heldSince[slot] = since;
    }
  }

  /** A thread that had lost its CPU has had one again, up to a time: it waited, and then did what was left to do. */
  #goOn(thread: number, now: TracedThread, waited: number, to: number): void {
    const left = Math.min(now.leftNs, Math.max(0, to - Math.max(now.resumedAt, now.stateTo)));
    now.leftNs -= left;
    this.#enter(thread, now, waited, now.stateTo, to - left);
    if (left > 0) this.#enter(thread, now, now.leftPlace, to - left, to);
  }

  /** The thread is in that state for so long, which follows what it was in before. */
  #enter(thread: number, now: TracedThread, place: number, from: number, to: number): void {
    if (place !== now.place || from !== now.stateTo) {
      this.#endState(thread, now);
      now.place = place;
      now.stateFrom = from;
    }
    now.stateTo = to;
  }

  #endState(thread: number, now: TracedThread): void {
    const { place, stateFrom, stateTo } = now;
    now.stateFrom = stateTo;
    if (place === timeKind.work || stateTo <= stateFrom) return;
    if (place !== timeKind.transfer) {
      this.#add(this.states, thread, place, stateFrom, stateTo);
    } else if (stateTo > this.openNs && stateFrom < this.#closeNs) {
      this.transfers++;
      if (!this.leavesTransfersOut) this.#push(this.states, thread, place, stateFrom, stateTo);
    }
  }

  #endWait(thread: number, now: TracedThread, at: number): void {
    if (now.waitsFor !== noClass) this.#add(this.waits, thread, now.waitsFor, now.waitFrom, at);
    now.waitsFor = noClass;
  }

  #endOperation(thread: number, now: TracedThread, at: number): void {
    if (now.row !== noRow) this.#add(this.operations, thread, now.row, now.operationFrom, at);
    now.row = noRow;
  }

  /** The thread has come to the end of the trace. */
  #finish(thread: number, now: TracedThread): void {
    const end = this.#closeNs;
    now.isDone = true;
    this.#endState(thread, now);
    this.#endWait(thread, now, end);
    this.#endOperation(thread, now, end);
    for (const [slot, since] of now.heldSince.entries()) {
      if (since !== 0) this.#add(this.holds, thread, slot, since, end);
    }
  }

  /** Keeps what lies in the trace. With one that fills it the trace ends, but for what goes on then. */
  #add(list: Slice[], track: number, what: number, from: number, to: number): void {
    if (to <= this.openNs || from >= this.#closeNs || to <= from) return;
    this.#others++;
    this.#push(list, track, what, from, to);
    if (this.#others === this.#limits.others) this.#closeNs = Math.min(this.#closeNs, to);
  }

  /** The end may still come earlier, so who reads them cuts slices off there. */
  #push(list: Slice[], track: number, what: number, from: number, to: number): void {
    list.push({ track, what, from: Math.max(from, this.openNs), to });
  }
}
