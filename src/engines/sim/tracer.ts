import type { SimCpu } from './sim-cpu.js';
import type { TimeAccount } from './time-account.js';

/**
 * What a machine and the actors on it tell while they run, where someone listens. Listening changes nothing of the run.
 * Times are virtual, ns.
 */
export interface Tracer {
  /** The machine is made, and nothing has run. */
  attach(threads: readonly SimCpu[], account: TimeAccount): void;
  /**
   * The thread spends all time from one moment to the other on this place of the account. Every moment of a thread is
   * told once, in order.
   */
  spends(thread: number, place: number, from: number, to: number): void;
  /** The thread has the CPU from that time on, unless `stops` comes before it. */
  runs(thread: number, cpu: number, at: number): void;
  /** The CPU is no longer the thread's. */
  stops(thread: number, cpu: number, at: number): void;
  /** An operation of this row of the thread's role. */
  operationBegins(thread: number, row: number, at: number): void;
  operationEnds(thread: number, at: number): void;
}
