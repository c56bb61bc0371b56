/**
 * Seeded jitter of what hardware and schedulers take. Exact times fall into step with each other, and who loses a
 * race once then loses it for ever; no real machine is like that. xorshift32 (Marsaglia, 2003).
 */
export class Jitter {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 0x9e3779b9;
  }

  /** `ns` times a factor that is uniform within `share` of 1; in 1024ths of a ns, so that sums of times are exact. */
  around(ns: number, share: number): number {
    return share === 0 ? ns : exact(ns * (1 + share * (2 * this.#next() - 1)));
  }

  /** Uniform in [0, ns). */
  below(ns: number): number {
    return exact(ns * this.#next());
  }

  #next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 4294967296;
  }
}

/**
 * A time in ns, rounded to the nearest 1024th. Sums of such times are exact below 2^43 ns (two hours), whatever the
 * order in which they are added.
 */
export const exact = (ns: number): number => Math.round(ns * 1024) / 1024;
