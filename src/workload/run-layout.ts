import { type Layout, lineWords } from '../machine/layout.js';

/**
 * What the shared phase word tells all threads of a trial. It only rises. `rehearsal` is a part of the warm-up that
 * begins as the window does: the code that opens the window has then run once, and a just-in-time compiler need not
 * throw away what it compiled in the belief that it never runs.
 */
export const phase = { waiting: 0, warmUp: 1, rehearsal: 2, window: 3, closed: 4 } as const;

/**
 * Words by which an engine steers the actors of a trial and sees how they fare. Only the engine writes
 * the phase and the window's times, and it writes a time before the phase that makes it valid.
 */
export class RunLayout {
  /** The phase (`phase`), alone on its line: every thread reads it after every operation. */
  readonly phase: number;
  /** Two doubles, by word: when the window (or its rehearsal) opened and closed, in ns of the engine's clock. */
  readonly openNs: number;
  readonly closeNs: number;
  readonly #threads: readonly number[];

  constructor(layout: Layout, threads: number) {
    this.phase = layout.allocate(1);
    this.openNs = layout.allocate(4);
    this.closeNs = this.openNs + 2;
    this.#threads = Array.from({ length: threads }, () => layout.allocate(2 * lineWords));
  }

  /** Operations that the thread has finished, warm-up included; wraps. It is also its heartbeat. */
  progress(thread: number): number {
    return this.#threads[thread] ?? 0;
  }

  /** Row of the operation that the thread began last, plus 1; 0 before the first. */
  row(thread: number): number {
    return (this.#threads[thread] ?? 0) + 1;
  }
}
