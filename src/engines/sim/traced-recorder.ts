import type { RecorderLayout } from '../../measure/recorder-layout.js';
import { Recorder } from '../../measure/recorder.js';
import type { Tracer } from './tracer.js';

/** A recorder that also tells where each operation begins and ends. Every operation must be timed. */
export class TracedRecorder extends Recorder {
  readonly #tracer: Tracer;
  readonly #words: Int32Array;
  readonly #thread: number;
  readonly #rowWord: number;
  #lastEnd = 0;

  /** @param rowWord where the row of the operation in progress stands, plus 1 */
  constructor(
    tracer: Tracer,
    words: Int32Array,
    layout: RecorderLayout,
    thread: number,
    gaps: readonly number[],
    seed: number,
    rowWord: number,
  ) {
    super(words, layout, thread, gaps, seed);
    this.#tracer = tracer;
    this.#words = words;
    this.#thread = thread;
    this.#rowWord = rowWord;
  }

  override begin(ns: number): void {
    super.begin(ns);
    // In an open loop, once an operation has ended, it is told when it should have begun.
    if (ns < this.#lastEnd) return;
    this.#tracer.operationBegins(this.#thread, (this.#words[this.#rowWord] as number) - 1, ns);
  }

  override end(ns: number): void {
    super.end(ns);
    this.#lastEnd = ns;
    this.#tracer.operationEnds(this.#thread, ns);
  }
}
