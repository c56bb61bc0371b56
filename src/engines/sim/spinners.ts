/** The threads that spin on each cache line, by its record, in the order in which they came. */
export class Spinners {
  /** By record: first and last spinner, plus 1; 0: none. */
  #head = new Int32Array(1024);
  #tail = new Int32Array(1024);
  /** By thread: its neighbours, plus 1, and the record it spins on (0: none). */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #record: Int32Array;

  constructor(threads: number) {
    this.#next = new Int32Array(threads);
    this.#previous = new Int32Array(threads);
    this.#record = new Int32Array(threads);
  }

  /** Makes room for records up to `records` - 1. */
  grow(records: number): void {
    if (records <= this.#head.length) return;
    const room = Math.max(records, 2 * this.#head.length);
    const head = new Int32Array(room);
    const tail = new Int32Array(room);
    head.set(this.#head);
    tail.set(this.#tail);
    this.#head = head;
    this.#tail = tail;
  }

  /** The first spinner of a line; -1: none. */
  first(record: number): number {
    return (this.#head[record] as number) - 1;
  }

  after(thread: number): number {
    return (this.#next[thread] as number) - 1;
  }

  isSpinning(thread: number): boolean {
    return this.#record[thread] !== 0;
  }

  add(thread: number, record: number): void {
    const tail = this.#tail[record] as number;
    this.#next[thread] = 0;
    this.#previous[thread] = tail;
    this.#record[thread] = record;
    if (tail === 0) this.#head[record] = thread + 1;
    else this.#next[tail - 1] = thread + 1;
    this.#tail[record] = thread + 1;
  }

  remove(thread: number): void {
    const record = this.#record[thread] as number;
    const next = this.#next[thread] as number;
    const previous = this.#previous[thread] as number;
    if (previous === 0) this.#head[record] = next;
    else this.#next[previous - 1] = next;
    if (next === 0) this.#tail[record] = previous;
    else this.#previous[next - 1] = previous;
    this.#record[thread] = 0;
  }
}
