/**
 * Who waits for a cache line that is on its way between others, first come first served. An element is a thread that
 * will write, a group of threads of one cluster that will read (which cross over as one), or the spinners of the line,
 * who all read it again because it was written.
 */
export class LineQueue {
  readonly #threads: number;
  readonly #clusters: number;
  /** By record: first and last element, plus 1; 0: none. */
  #head = new Int32Array(1024);
  #tail = new Int32Array(1024);
  /** By element (a thread, or `threads` + record for the line's spinners): the next one, plus 1. */
  #next;
  /** By record and cluster: the leader of the readers that wait there, plus 1. */
  #leader;
  /** Of a leader: the last of its group. Of a thread in a group: the one behind it, plus 1. */
  readonly #last: Int32Array;
  readonly #behind: Int32Array;
  #spinnersQueued = new Uint8Array(1024);

  constructor(threads: number, clusters: number) {
    this.#threads = threads;
    this.#clusters = clusters;
    this.#next = new Int32Array(threads + 1024);
    this.#leader = new Int32Array(1024 * clusters);
    this.#last = new Int32Array(threads);
    this.#behind = new Int32Array(threads);
  }

  /** Makes room for records up to `records` - 1. */
  grow(records: number): void {
    const had = this.#head.length;
    if (records <= had) return;
    const room = Math.max(records, 2 * had);
    this.#head = copied(this.#head, room);
    this.#tail = copied(this.#tail, room);
    this.#next = copied(this.#next, this.#threads + room);
    this.#leader = copied(this.#leader, room * this.#clusters);
    const queued = new Uint8Array(room);
    queued.set(this.#spinnersQueued);
    this.#spinnersQueued = queued;
  }

  isEmpty(record: number): boolean {
    return this.#head[record] === 0;
  }

  addWriter(record: number, thread: number): void {
    this.#append(record, thread);
    this.#behind[thread] = 0;
  }

  /** @param cluster of the reader; -1: it crosses over by itself */
  addReader(record: number, thread: number, cluster: number): void {
    this.#behind[thread] = 0;
    if (cluster === -1) {
      this.#append(record, thread);
      return;
    }
    const at = record * this.#clusters + cluster;
    const leader = (this.#leader[at] as number) - 1;
    if (leader === -1) {
      this.#leader[at] = thread + 1;
      this.#last[thread] = thread;
      this.#append(record, thread);
    } else {
      this.#behind[this.#last[leader] as number] = thread + 1;
      this.#last[leader] = thread;
    }
  }

  /** Once, however often they are added before their turn comes. */
  addSpinners(record: number): void {
    if (this.#spinnersQueued[record] !== 0) return;
    this.#spinnersQueued[record] = 1;
    this.#append(record, this.#threads + record);
  }

  /** Takes the next element out: a thread, or at least `threads` for the spinners. Only if there is one. */
  take(record: number): number {
    const element = (this.#head[record] as number) - 1;
    const next = this.#next[element] as number;
    this.#head[record] = next;
    if (next === 0) this.#tail[record] = 0;
    if (element >= this.#threads) this.#spinnersQueued[record] = 0;
    return element;
  }

  /** A group's turn has come: readers of that cluster who come now form another. */
  closeGroup(record: number, cluster: number): void {
    this.#leader[record * this.#clusters + cluster] = 0;
  }

  /** The thread behind this one in its group; -1: none. */
  behind(thread: number): number {
    return (this.#behind[thread] as number) - 1;
  }

  #append(record: number, element: number): void {
    this.#next[element] = 0;
    const tail = this.#tail[record] as number;
    if (tail === 0) this.#head[record] = element + 1;
    else this.#next[tail - 1] = element + 1;
    this.#tail[record] = element + 1;
  }
}

const copied = (from: Int32Array, length: number) => {
  const to = new Int32Array(length);
  to.set(from);
  return to;
};
