/** Threads that are ready and have no CPU, by the CPU they wait for; first come first served. */
export class RunQueues {
  /** How many wait in all, and for each CPU. */
  waiting = 0;
  readonly length: Int32Array;
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  readonly #next: Int32Array;
  readonly #socketOf: Int32Array;

  constructor(threads: number, socketOf: Int32Array) {
    this.length = new Int32Array(socketOf.length);
    this.#head = new Int32Array(socketOf.length);
    this.#tail = new Int32Array(socketOf.length);
    this.#next = new Int32Array(threads);
    this.#socketOf = socketOf;
  }

  add(cpu: number, thread: number): void {
    const tail = this.#tail[cpu] as number;
    this.#next[thread] = 0;
    if (tail === 0) this.#head[cpu] = thread + 1;
    else this.#next[tail - 1] = thread + 1;
    this.#tail[cpu] = thread + 1;
    this.length[cpu] = (this.length[cpu] as number) + 1;
    this.waiting++;
  }

  /** The first of a CPU's queue; -1 if it is empty. */
  take(cpu: number): number {
    const thread = (this.#head[cpu] as number) - 1;
    if (thread === -1) return -1;
    const next = this.#next[thread] as number;
    this.#head[cpu] = next;
    if (next === 0) this.#tail[cpu] = 0;
    this.length[cpu] = (this.length[cpu] as number) - 1;
    this.waiting--;
    return thread;
  }

  /** The first of the longest queue of the CPU's socket, or else of any; -1 if nobody waits. */
  steal(cpu: number): number {
    if (this.waiting === 0) return -1;
    const socket = this.#socketOf[cpu];
    let near = -1;
    let far = -1;
    for (let other = 0; other < this.length.length; other++) {
      const length = this.length[other] as number;
      if (length === 0) continue;
      if (far === -1 || length > (this.length[far] as number)) far = other;
      if (this.#socketOf[other] !== socket) continue;
      if (near === -1 || length > (this.length[near] as number)) near = other;
    }
    return this.take(near === -1 ? far : near);
  }
}
