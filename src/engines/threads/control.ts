import { type Layout, lineWords } from '../../machine/layout.js';

/** What threads tell each other of themselves, as the kernel's scheduler would know it; one line a field. */
export class ControlLayout {
  readonly #threads: readonly number[];

  constructor(layout: Layout, threads: number) {
    this.#threads = Array.from({ length: threads }, () => layout.allocate(4 * lineWords));
  }

  /** 1 while the thread is on a CPU as far as it knows; 0 from before it sleeps until after. */
  running(thread: number): number {
    return this.#threads[thread] ?? 0;
  }

  /** Times the thread came back from sleeping; wraps. Together with its progress: its heartbeat. */
  resumed(thread: number): number {
    return (this.#threads[thread] ?? 0) + 1;
  }

  /** Class of the lock the thread waits for, by `lockClassIndex`, plus 1; 0 while it waits for none. */
  waitingFor(thread: number): number {
    return (this.#threads[thread] ?? 0) + 2;
  }

  /** A word that always holds 0 and that no one wakes: what the thread sleeps on when it only lets time pass. */
  idle(thread: number): number {
    return (this.#threads[thread] ?? 0) + 2 * lineWords;
  }
}
