import { Counters, Events } from '../machine/counters.js';
import { type LockClass, lockClasses } from '../machine/lock-class.js';
import { bucketCount } from './histogram.js';
import {
  counterNames,
  eventNames,
  type HistogramName,
  histograms,
  type RecorderLayout,
  recordingArea,
  rowField,
  rowHeadWords,
  threadField,
} from './recorder-layout.js';
import { mergeHistograms, type SparseHistogram, sparseHistogram } from './sparse-histogram.js';

/** One row of the results over all threads of its role, as they recorded it. Times in ns. */
export interface RecordedRow {
  readonly counts: readonly number[];
  readonly latency: SparseHistogram;
  readonly wait: SparseHistogram;
  readonly hold: SparseHistogram;
  readonly maxNs: number;
  readonly maxIsAge: boolean;
  readonly waitMaxNs: number;
  readonly holdMaxNs: number;
  readonly firstNs: readonly number[];
}

/** Reads what `Recorder`s left in the shared words, once all threads have ended. */
export class RecordingReader {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #layout: RecorderLayout;

  constructor(words: Int32Array, layout: RecorderLayout) {
    this.#words = words;
    this.#doubles = new Float64Array(words.buffer, words.byteOffset, words.length >> 1);
    this.#layout = layout;
  }

  row(threads: readonly number[], row: number): RecordedRow {
    const areas = threads.map((thread) => this.#layout.row(thread, recordingArea.window, row));
    const field = (name: keyof typeof rowField): readonly number[] =>
      areas.map((area) => this.#double(area, rowField[name]));
    const histogram = (name: HistogramName): SparseHistogram =>
      mergeHistograms(areas.map((area) => this.#histogram(area, histograms.indexOf(name))));
    const ages = field('maxIsAge');
    const largest = Math.max(0, ...field('maxNs'));
    const longestWait = Math.max(0, ...field('waitMaxNs'));
    return {
      counts: field('count'),
      latency: histogram('latency'),
      wait: histogram('wait'),
      hold: histogram('hold'),
      maxNs: largest,
      maxIsAge: areas.some(
        (area, thread) =>
          ages[thread] === 1 &&
          (this.#double(area, rowField.maxNs) === largest ||
            this.#double(area, rowField.waitMaxNs) === longestWait),
      ),
      waitMaxNs: longestWait,
      holdMaxNs: Math.max(0, ...field('holdMaxNs')),
      firstNs: field('firstNs').filter((ns) => ns > 0),
    };
  }

  /** Longest time in which one of these threads finished nothing, ns. */
  starvationNs(threads: readonly number[]): number {
    return Math.max(0, ...threads.map((thread) => this.#thread(thread, threadField.starvationNs)));
  }

  /** How long all threads asked to sleep, and slept, in the trial; ns. */
  sleeps(threads: number): { readonly askedNs: number; readonly tookNs: number } {
    let askedNs = 0;
    let tookNs = 0;
    for (let thread = 0; thread < threads; thread++) {
      askedNs += this.#thread(thread, threadField.sleepAskedNs);
      tookNs += this.#thread(thread, threadField.sleepTookNs);
    }
    return { askedNs, tookNs };
  }

  /** Sums over threads, of the lock classes that were acquired at all. */
  counters(threads: number): Partial<Record<LockClass, Counters>> {
    const found: Partial<Record<LockClass, Counters>> = {};
    for (const [index, lockClass] of lockClasses.entries()) {
      const sum = new Counters();
      const first = threadField.counters + index * counterNames.length;
      for (const [offset, name] of counterNames.entries()) {
        for (let thread = 0; thread < threads; thread++) {
          sum[name] += this.#thread(thread, first + offset);
        }
      }
      if (counterNames.some((name) => sum[name] > 0)) found[lockClass] = sum;
    }
    return found;
  }

  /** Sums over threads. */
  events(threads: number): Events {
    const sum = new Events();
    const first = threadField.counters + lockClasses.length * counterNames.length;
    for (const [offset, name] of eventNames.entries()) {
      for (let thread = 0; thread < threads; thread++) {
        sum[name] += this.#thread(thread, first + offset);
      }
    }
    return sum;
  }

  #histogram(area: number, index: number): SparseHistogram {
    const first = area + rowHeadWords + index * bucketCount;
    return sparseHistogram(
      new Uint32Array(
        this.#words.buffer,
        this.#words.byteOffset + first * this.#words.BYTES_PER_ELEMENT,
        bucketCount,
      ),
      this.#double(area, rowField.latencySum + index),
    );
  }

  #thread(thread: number, field: number): number {
    return this.#double(this.#layout.thread(thread), field);
  }

  #double(word: number, field: number): number {
    return this.#doubles[word / 2 + field] as number;
  }
}
