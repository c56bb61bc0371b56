import { performance } from 'node:perf_hooks';

/** Added to every time: beyond V8's small integers from the first reading on, see `numberField`. */
const beyondSmallNs = 2 ** 32;

const sinceStart = performance.now.bind(performance);

/**
 * The monotonic clock, in whole ns since an instant that all threads of a process share, and 2^32 more. Reading it
 * allocates nothing. `performance.now()` starts anew in each worker, so each finds its distance from the
 * monotonic clock of the system once.
 */
export class Clock {
  readonly #offset: number;

  /** @param originNs the shared instant, as `Clock.origin` gave it */
  constructor(originNs: bigint) {
    let best = Infinity;
    let offset = 0;
    // The narrowest of several brackets: a thread may be switched out between two readings.
    for (let i = 0; i < 16; i++) {
      const before = process.hrtime.bigint();
      const own = performance.now();
      const width = Number(process.hrtime.bigint() - before);
      if (width >= best) continue;
      best = width;
      offset = Number(before - originNs) + width / 2 - own * 1e6;
    }
    this.#offset = offset + beyondSmallNs;
  }

  /** An instant for the clocks of one process to count from. */
  static origin(): bigint {
    return process.hrtime.bigint();
  }

  now(): number {
    return Math.floor(sinceStart() * 1e6 + this.#offset);
  }
}
