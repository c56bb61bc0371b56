import { lineWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';

const shared = { lock: 0, head: 1, unused: 2 } as const;
const own = { head: 0, count: 1 } as const;

/** Records moved at once between a thread's list and the shared one. */
const batch = 8;

/**
 * Records of one size for every thread of a world: a list for each thread, which no one else touches, over
 * a shared one, as the kernel's slab caches have it. So taking and giving costs no shared line but once in
 * `batch` times. Records are type-stable: one that was given back is still a record of its kind, and who
 * reaches a stale one may lock it and look.
 */
export class RecordCache {
  readonly first: number;
  readonly words: number;
  /** All records, with those that may lie in threads' lists while another thread finds none. */
  readonly capacity: number;
  readonly #shared: number;
  readonly #own: number;
  readonly #next: number;
  readonly #threads: number;

  /**
   * `wanted` records can be in use at once; `next` is the offset of a word that is free while the record is;
   * `members` of the `threads` use these records.
   */
  constructor(
    layout: Layout,
    wanted: number,
    words: number,
    next: number,
    threads: number,
    members: number,
  ) {
    this.capacity = wanted === 0 ? 0 : wanted + members * 2 * batch;
    this.#threads = threads;
    this.words = words;
    this.#shared = layout.allocate(3);
    this.#own = layout.allocate(threads * lineWords);
    this.first = layout.allocate(this.capacity * words);
    this.#next = next;
  }

  /** Index of a record, 0 to `capacity` - 1. */
  index(record: number): number {
    return (record - this.first) / this.words;
  }

  /** 1 if the caller can take `count` records, at most 8, whatever others do meanwhile. */
  *hasRoom(cpu: Cpu, count: number): Steps<number> {
    const list = this.#own + cpu.id * lineWords;
    if (cpu.memory.get(list + own.count) < count) yield this.#refill(cpu, list);
    return cpu.memory.get(list + own.count) < count ? 0 : 1;
  }

  /** First word of a record whose content is undefined, or 0 if there is none left. */
  *take(cpu: Cpu): Steps<number> {
    const list = this.#own + cpu.id * lineWords;
    if (cpu.memory.get(list + own.head) === 0) yield this.#refill(cpu, list);
    const record = cpu.memory.get(list + own.head);
    if (record === 0) return 0;
    cpu.memory.set(list + own.head, cpu.memory.get(record + this.#next));
    cpu.memory.set(list + own.count, cpu.memory.get(list + own.count) - 1);
    return record;
  }

  /** Gives back a record that nothing refers to any more. */
  *give(cpu: Cpu, record: number): Steps {
    const list = this.#own + cpu.id * lineWords;
    cpu.memory.set(record + this.#next, cpu.memory.get(list + own.head));
    cpu.memory.set(list + own.head, record);
    const count = cpu.memory.get(list + own.count) + 1;
    cpu.memory.set(list + own.count, count);
    if (count >= 2 * batch) yield this.#drain(cpu, list);
  }

  /** Plain set-up: takes a record before any thread runs. */
  takeAtStart(memory: Memory): number {
    const unused = memory.get(this.#shared + shared.unused);
    if (unused === this.capacity) return 0;
    memory.set(this.#shared + shared.unused, unused + 1);
    return this.first + unused * this.words;
  }

  /** Records in use. For checks while nothing runs; counts lists by walking them. */
  used(memory: Memory): number {
    let free = this.#length(memory, memory.get(this.#shared + shared.head));
    for (let thread = 0; thread < this.#threads; thread++) {
      free += this.#length(memory, memory.get(this.#own + thread * lineWords + own.head));
    }
    return memory.get(this.#shared + shared.unused) - free;
  }

  *#refill(cpu: Cpu, list: number): Steps {
    yield cpu.acquire(this.#shared + shared.lock, 0, 1);
    yield cpu.write(this.#shared, 'zone_refill', 1);
    const memory = cpu.memory;
    let head = memory.get(this.#shared + shared.head);
    let unused = memory.get(this.#shared + shared.unused);
    let count = 0;
    for (; count < batch; count++) {
      let record = head;
      if (record !== 0) head = memory.get(record + this.#next);
      else if (unused < this.capacity) record = this.first + unused++ * this.words;
      else break;
      memory.set(record + this.#next, memory.get(list + own.head));
      memory.set(list + own.head, record);
    }
    memory.set(this.#shared + shared.head, head);
    memory.set(this.#shared + shared.unused, unused);
    memory.set(list + own.count, memory.get(list + own.count) + count);
    yield cpu.store(this.#shared + shared.lock, 0);
  }

  *#drain(cpu: Cpu, list: number): Steps {
    yield cpu.acquire(this.#shared + shared.lock, 0, 1);
    yield cpu.write(this.#shared, 'zone_refill', 1);
    const memory = cpu.memory;
    for (let count = 0; count < batch; count++) {
      const record = memory.get(list + own.head);
      memory.set(list + own.head, memory.get(record + this.#next));
      memory.set(record + this.#next, memory.get(this.#shared + shared.head));
      memory.set(this.#shared + shared.head, record);
    }
    memory.set(list + own.count, memory.get(list + own.count) - batch);
    yield cpu.store(this.#shared + shared.lock, 0);
  }

  #length(memory: Memory, head: number): number {
    let length = 0;
    // A list that runs in circles ends with more records than there are, which no check lets pass.
    for (let record = head; record !== 0 && length <= this.capacity; length++) {
      record = memory.get(record + this.#next);
    }
    return length;
  }
}
