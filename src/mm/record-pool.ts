import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';

const control = { free: 0, unused: 1, taken: 2, retiredHead: 3, retiredTail: 4, retired: 5 };
const controlWords = 6;

/**
 * Records of one size, with a list of free ones and a queue of retired ones that lockless readers may
 * still see. Plain code: the lock of the structure that the records belong to guards it.
 */
export class RecordPool {
  readonly first: number;
  readonly words: number;
  readonly capacity: number;
  readonly #control: number;
  readonly #next: number;
  readonly #stamp: number;

  /** `next` and `stamp` are the offsets of two words of the record that the pool may use while it is free or retired. */
  constructor(layout: Layout, capacity: number, words: number, next: number, stamp: number) {
    this.#control = layout.allocate(controlWords);
    this.first = layout.allocate(capacity * words);
    this.words = words;
    this.capacity = capacity;
    this.#next = next;
    this.#stamp = stamp;
  }

  /** Records that `take` can give now. */
  available(memory: Memory): number {
    return this.capacity - memory.get(this.#control + control.taken);
  }

  /** Retired records that have not been freed. */
  retired(memory: Memory): number {
    return memory.get(this.#control + control.retired);
  }

  /** First word of a record whose content is undefined, or 0 if there is none left. */
  take(memory: Memory): number {
    const free = memory.get(this.#control + control.free);
    if (free !== 0) {
      memory.use?.(free, this.words);
      memory.set(this.#control + control.free, memory.get(free + this.#next));
      this.#taken(memory, 1);
      return free;
    }
    const unused = memory.get(this.#control + control.unused);
    if (unused === this.capacity) return 0;
    memory.set(this.#control + control.unused, unused + 1);
    this.#taken(memory, 1);
    return this.first + unused * this.words;
  }

  /** Gives a record back that no one else can see. */
  give(memory: Memory, record: number): void {
    memory.set(record + this.#next, memory.get(this.#control + control.free));
    memory.set(this.#control + control.free, record);
    memory.free?.(record, this.words);
    this.#taken(memory, -1);
  }

  /** Queues a record that readers who entered in `epoch` or before may still see. */
  retire(memory: Memory, record: number, epoch: number): void {
    memory.set(record + this.#next, 0);
    memory.set(record + this.#stamp, epoch);
    const tail = memory.get(this.#control + control.retiredTail);
    memory.set(tail === 0 ? this.#control + control.retiredHead : tail + this.#next, record);
    memory.set(this.#control + control.retiredTail, record);
    memory.set(this.#control + control.retired, this.retired(memory) + 1);
  }

  /** Frees what was retired before `oldest`, the epoch of the oldest reader. Gives how many. */
  release(memory: Memory, oldest: number): number {
    let count = 0;
    let record = memory.get(this.#control + control.retiredHead);
    while (record !== 0 && memory.get(record + this.#stamp) < oldest) {
      const next = memory.get(record + this.#next);
      this.give(memory, record);
      record = next;
      count++;
    }
    memory.set(this.#control + control.retiredHead, record);
    if (record === 0) memory.set(this.#control + control.retiredTail, 0);
    memory.set(this.#control + control.retired, this.retired(memory) - count);
    return count;
  }

  #taken(memory: Memory, by: number): void {
    const word = this.#control + control.taken;
    memory.set(word, memory.get(word) + by);
  }
}
