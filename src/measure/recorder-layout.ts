import { Counters, Events } from '../machine/counters.js';
import type { Layout } from '../machine/layout.js';
import { structureWords } from '../machine/layout.js';
import { lockClasses } from '../machine/lock-class.js';
import { bucketCount } from './histogram.js';

/** Doubles at the start of a row's area, before its histograms. Times are ns. */
export const rowField = {
  /** Operations that began and ended inside the window. */
  count: 0,
  latencySum: 1,
  waitSum: 2,
  holdSum: 3,
  maxNs: 4,
  waitMaxNs: 5,
  holdMaxNs: 6,
  /** 1 if `maxNs` or `waitMaxNs` is the age of an operation in flight at the close. */
  maxIsAge: 7,
  /** Duration of the thread's first operation of this row in the trial, warm-up included. */
  firstNs: 8,
} as const;

/** Histograms of a row, in the order in which they lie behind its doubles. */
export const histograms = ['latency', 'wait', 'hold'] as const;
export type HistogramName = (typeof histograms)[number];

/** Words of a row's doubles, and of the whole row. */
export const rowHeadWords = structureWords;
export const rowWords = rowHeadWords + histograms.length * bucketCount;

/** Doubles of a thread's own area. */
export const threadField = {
  /** Longest time in which the thread finished nothing, window edges included; ns. */
  starvationNs: 0,
  /** Time that `sleep` was asked for and took; ns. */
  sleepAskedNs: 1,
  sleepTookNs: 2,
  /** First of the counters of each lock class, then of the events. */
  counters: 4,
} as const;

/** The fields of `Counters` and `Events`, in the order in which they are stored. */
export const counterNames = Object.keys(new Counters()) as readonly (keyof Counters)[];
export const eventNames = Object.keys(new Events()) as readonly (keyof Events)[];

const threadWords =
  2 * (threadField.counters + lockClasses.length * counterNames.length + eventNames.length);

/** Which part of a trial an area records: all before the window, or the window itself. */
export const recordingArea = { warmUp: 0, window: 1 } as const;

/**
 * Where each thread records. The warm-up has an area of its own, so that it runs the very code that the
 * window runs, and so that nothing need be cleared while the window is open.
 */
export class RecorderLayout {
  readonly #threads: readonly number[];
  readonly #rows: readonly number[];
  readonly #rowCounts: readonly number[];

  /** @param rowCounts how many rows of results each thread's role has */
  constructor(layout: Layout, rowCounts: readonly number[]) {
    this.#rowCounts = rowCounts;
    this.#threads = rowCounts.map(() => layout.allocate(threadWords));
    this.#rows = rowCounts.map((rows) => layout.allocate(2 * rows * rowWords));
  }

  /** First word of a thread's doubles (`threadField`). */
  thread(thread: number): number {
    return this.#threads[thread] ?? 0;
  }

  /** First word of a row's area: its doubles (`rowField`), then its histograms. */
  row(thread: number, area: 0 | 1, row: number): number {
    const rows = this.#rowCounts[thread] ?? 0;
    return (this.#rows[thread] ?? 0) + (area * rows + row) * rowWords;
  }
}
