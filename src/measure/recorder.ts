import { lockClasses } from '../machine/lock-class.js';
import { numberField } from '../machine/number-field.js';
import { Random } from '../machine/random.js';
import type { Task } from '../machine/task.js';
import { bucketCount, bucketOf } from './histogram.js';
import {
  counterNames,
  eventNames,
  type RecorderLayout,
  recordingArea,
  rowField,
  rowHeadWords,
  rowWords,
  threadField,
} from './recorder-layout.js';

/** Gaps drawn ahead, so that a timed operation pays no logarithm. A power of two. */
const drawnGaps = 1024;

const rowDoubles = rowWords / 2;

/**
 * Records what one thread does, into its part of the shared words. Nothing is allocated after
 * construction. Which operations are timed is decided here: one in `gap` on average, the distance between
 * two being geometric, so that no rhythm of a lock's hand-off can hide from it.
 */
export class Recorder {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #layout: RecorderLayout;
  readonly #thread: number;
  readonly #rows: number;
  /** How many operations of each row are still left untimed before the next timed one. */
  readonly #skip: Int32Array;
  /** Of each row `drawnGaps` gaps, one row after the other. */
  readonly #drawn: Int32Array;
  readonly #seen: Uint8Array;
  #draw = 0;
  /** First word of the area being recorded into, and its index among the doubles. */
  #base: number;
  #baseDouble: number;
  /** When the thread last finished an operation; 0 when that was not timed. */
  #lastFinish = numberField;
  #starvation = numberField;
  /** Of the operation in progress, in fields: a number that is passed on is boxed, which allocates. */
  #began = numberField;
  #ended = numberField;

  /**
   * @param words the shared words
   * @param gaps mean gap of each row of the thread's role; 1 times every operation
   */
  constructor(
    words: Int32Array,
    layout: RecorderLayout,
    thread: number,
    gaps: readonly number[],
    seed: number,
  ) {
    this.#words = words;
    this.#doubles = new Float64Array(words.buffer, words.byteOffset, words.length >> 1);
    this.#layout = layout;
    this.#thread = thread;
    this.#rows = gaps.length;
    this.#skip = new Int32Array(gaps.length);
    this.#seen = new Uint8Array(gaps.length);
    const random = new Random(seed);
    this.#drawn = drawGaps(random, gaps);
    this.#base = layout.row(thread, recordingArea.warmUp, 0);
    this.#baseDouble = this.#base / 2;
  }

  /** A time that the engine wrote, by its word; ns. */
  time(word: number): number {
    return this.#doubles[word >> 1] as number;
  }

  /** 1 if the operation of this row that is about to begin is to be timed. */
  due(row: number): number {
    const left = this.#skip[row] as number;
    if (left > 0) {
      this.#skip[row] = left - 1;
      return 0;
    }
    this.#draw = (this.#draw + 1) & (drawnGaps - 1);
    this.#skip[row] = this.#drawn[row * drawnGaps + this.#draw] as number;
    return 1;
  }

  /** An operation ended that was not timed and that waited for nothing. */
  count(row: number): void {
    const at = this.#baseDouble + row * rowDoubles;
    this.#doubles[at] = (this.#doubles[at] as number) + 1;
    this.#lastFinish = 0;
  }

  /** When the timed operation began; in an open loop, when it should have begun. */
  begin(ns: number): void {
    this.#began = ns;
  }

  /** When the operation ended that was timed, or that waited. */
  end(ns: number): void {
    this.#ended = ns;
  }

  /**
   * An operation ended that was timed, or that waited for a lock. One that waited without being timed
   * counts from its first wait: it can only enter the maximum, never the sampled distribution.
   */
  finish(row: number, task: Task): void {
    const word = this.#base + row * rowWords;
    const at = word >> 1;
    const doubles = this.#doubles;
    doubles[at] = (doubles[at] as number) + 1;

    const end = this.#ended;
    const timed = task.sampled !== 0;
    const from = timed ? this.#began : task.operationBlockedAt;
    const latency = end - from;
    if (timed) {
      this.#record(word, 0, latency);
      if (this.#seen[row] === 0) this.#firstOperation(row, latency);
    }
    if (latency > (doubles[at + rowField.maxNs] as number)) doubles[at + rowField.maxNs] = latency;
    if (task.waitedNs > 0) {
      this.#record(word, 1, task.waitedNs);
      if (task.waitedNs > (doubles[at + rowField.waitMaxNs] as number)) {
        doubles[at + rowField.waitMaxNs] = task.waitedNs;
      }
    }
    if (task.holdNs > 0) {
      this.#record(word, 2, task.holdNs);
      if (task.holdNs > (doubles[at + rowField.holdMaxNs] as number)) {
        doubles[at + rowField.holdMaxNs] = task.holdNs;
      }
    }

    const idle = end - (this.#lastFinish === 0 ? from : this.#lastFinish);
    if (idle > this.#starvation) this.#starvation = idle;
    this.#lastFinish = end;
    this.clear(task);
  }

  /** Forgets what was measured of the operation in progress: it belongs to no window. */
  clear(task: Task): void {
    task.sampled = 0;
    task.operationBlockedAt = 0;
    task.waitedNs = 0;
    task.holdNs = 0;
  }

  /** From here on, record into that area, with all counters at zero. Comes before anything is recorded. */
  open(area: 0 | 1, task: Task, openNs: number): void {
    this.#base = this.#layout.row(this.#thread, area, 0);
    this.#baseDouble = this.#base / 2;
    this.#lastFinish = openNs;
    this.#starvation = 0;
    for (const counters of task.counters) for (const name of counterNames) counters[name] = 0;
    for (const name of eventNames) task.events[name] = 0;
  }

  /**
   * The window has closed while an operation of `row` was in flight (-1: none was). Its age enters the
   * maximum, for a starved thread would otherwise show nothing at all.
   */
  closeWindow(row: number, task: Task, closeNs: number): void {
    const doubles = this.#doubles;
    // 0 if it was not timed and waited for nothing: then it has only just begun.
    const began = row < 0 ? 0 : task.sampled !== 0 ? this.#began : task.operationBlockedAt;
    if (row >= 0 && began > 0 && row < this.#rows) {
      const at = (this.#base + row * rowWords) / 2;
      const age = closeNs - began;
      if (age > (doubles[at + rowField.maxNs] as number)) {
        doubles[at + rowField.maxNs] = age;
        doubles[at + rowField.maxIsAge] = 1;
      }
      const blocked = task.operationBlockedAt === 0 ? 0 : closeNs - task.operationBlockedAt;
      const waited = Math.min(task.waitedNs, blocked);
      if (waited > (doubles[at + rowField.waitMaxNs] as number)) {
        doubles[at + rowField.waitMaxNs] = waited;
        doubles[at + rowField.maxIsAge] = 1;
      }
    }
    const since = this.#lastFinish === 0 ? began : this.#lastFinish;
    if (since > 0 && closeNs - since > this.#starvation) this.#starvation = closeNs - since;
    this.#publish(task);
  }

  /** Time that sleeping was asked for and took, of the whole trial; ns. */
  publishSleeps(askedNs: number, tookNs: number): void {
    const at = this.#layout.thread(this.#thread) / 2;
    this.#doubles[at + threadField.sleepAskedNs] = askedNs;
    this.#doubles[at + threadField.sleepTookNs] = tookNs;
  }

  #record(row: number, histogram: number, ns: number): void {
    const bucket = row + rowHeadWords + histogram * bucketCount + bucketOf(ns);
    this.#words[bucket] = (this.#words[bucket] as number) + 1;
    const sum = (row >> 1) + rowField.latencySum + histogram;
    this.#doubles[sum] = (this.#doubles[sum] as number) + ns;
  }

  /** The first operation goes with the window's figures although it ran before: it is reported apart. */
  #firstOperation(row: number, latency: number): void {
    this.#seen[row] = 1;
    const at = this.#layout.row(this.#thread, recordingArea.window, row) / 2;
    this.#doubles[at + rowField.firstNs] = latency;
  }

  #publish(task: Task): void {
    const doubles = this.#doubles;
    let at = this.#layout.thread(this.#thread) / 2;
    doubles[at + threadField.starvationNs] = this.#starvation;
    at += threadField.counters;
    for (let index = 0; index < lockClasses.length; index++) {
      const counters = task.counters[index];
      for (const name of counterNames) doubles[at++] = counters?.[name] ?? 0;
    }
    for (const name of eventNames) doubles[at++] = task.events[name];
  }
}

/** Operations left out before each timed one: geometric with mean `gap` - 1. */
function drawGaps(random: Random, gaps: readonly number[]): Int32Array {
  const drawn = new Int32Array(gaps.length * drawnGaps);
  for (const [row, gap] of gaps.entries()) {
    if (gap <= 1) continue;
    const scale = Math.log(1 - 1 / gap);
    for (let i = 0; i < drawnGaps; i++) {
      drawn[row * drawnGaps + i] = Math.floor(Math.log(1 - random.next()) / scale);
    }
  }
  return drawn;
}
