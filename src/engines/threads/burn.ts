import type { Clock } from './clock.js';

/** Below this a burn counts iterations: a look at the clock costs too large a part of it. */
const byCountBelowNs = 2000;
/** Iterations between two looks at the clock. */
const between = 64;

/**
 * Keeps a CPU busy for a given time without touching shared memory: by a calibrated number of iterations
 * of a chain of dependent multiplications, or against the clock.
 */
export class Burn {
  readonly #clock: Clock;
  readonly #iterationsPerNs: number;
  /** What the chain came to; kept so that no compiler may drop it. */
  #chain = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#iterationsPerNs = this.#calibrate();
  }

  for(ns: number): void {
    if (ns < byCountBelowNs) {
      this.#iterate(Math.round(ns * this.#iterationsPerNs));
      return;
    }
    const end = this.#clock.now() + ns;
    do this.#iterate(between);
    while (this.#clock.now() < end);
  }

  #iterate(times: number): void {
    let chain = this.#chain;
    for (let i = 0; i < times; i++) chain = (Math.imul(chain, 0x2c9277b5) + 12345) | 0;
    this.#chain = chain;
  }

  /** The fastest of several runs counts: the others were interrupted, or not yet compiled. */
  #calibrate(): number {
    const times = 20_000;
    let best = Infinity;
    for (let i = 0; i < 60; i++) {
      const before = this.#clock.now();
      for (let j = 0; j < times; j += between) this.#iterate(between);
      best = Math.min(best, this.#clock.now() - before);
    }
    return times / Math.max(best, 1);
  }
}
