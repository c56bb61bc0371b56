import { lineWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Epochs } from './epochs.js';
import { RecordCache } from './record-cache.js';
import { vma as record, vmaWords } from './vma.js';

/** Words of a thread's queue of retired records. */
const queue = { head: 0, tail: 1, count: 2 } as const;

/** Retired records that a thread lets pile up before the slots of the readers are looked at. */
const usualRetiredKept = 16;

export interface SlotRecordsParts {
  /** Records that can be in use at once whatever threads keep for themselves. */
  readonly vmas: number;
  readonly epochs: Epochs;
  /** Range of `cpu.id`. */
  readonly threads: number;
  /** Threads that work in this address space. */
  readonly members: number;
  /** Retired records that each thread lets pile up. Default 16. */
  readonly retiredKept: number | undefined;
}

/**
 * VMA records for many changes at once: each thread takes from a list of its own and retires into a queue of its
 * own, so that nobody writes a shared word for it but once in a while. RadixVM counts references in each core's
 * cache, to the same end (Refcache).
 */
export class SlotRecords extends RecordCache {
  readonly #epochs: Epochs;
  readonly #queues: number;
  readonly #of: number;
  readonly #retiredKept: number;

  constructor(layout: Layout, parts: SlotRecordsParts) {
    const { vmas, threads, members } = parts;
    const wanted = vmas + members * 2 * usualRetiredKept;
    super(layout, wanted, vmaWords, record.next, threads, members);
    this.#epochs = parts.epochs;
    this.#of = threads;
    this.#retiredKept = parts.retiredKept ?? usualRetiredKept;
    this.#queues = layout.allocate(threads * lineWords);
  }

  /** As `RecordCache.hasRoom`, after freeing what can be freed if need be. */
  override *hasRoom(cpu: Cpu, count: number): Steps<number> {
    if ((yield super.hasRoom(cpu, count)) === 1) return 1;
    yield this.reclaim(cpu);
    return yield super.hasRoom(cpu, count);
  }

  override *take(cpu: Cpu): Steps<number> {
    const taken = yield super.take(cpu);
    cpu.memory.use?.(taken, record.next);
    return taken;
  }

  override *give(cpu: Cpu, vma: number): Steps {
    // The words from `next` on are those of the list.
    cpu.memory.free?.(vma, record.next);
    yield super.give(cpu, vma);
  }

  /** Queues a record that nothing leads to any more, and that lockless readers may still see. */
  *retire(cpu: Cpu, vma: number): Steps {
    const memory = cpu.memory;
    const own = this.#queues + cpu.id * lineWords;
    memory.set(vma + record.next, 0);
    memory.set(vma + record.stamp, yield this.#epochs.now(cpu));
    const tail = memory.get(own + queue.tail);
    memory.set(tail === 0 ? own + queue.head : tail + record.next, vma);
    memory.set(own + queue.tail, vma);
    memory.set(own + queue.count, memory.get(own + queue.count) + 1);
  }

  /** Frees what the caller has retired, if that is much. */
  *settle(cpu: Cpu): Steps {
    const own = this.#queues + cpu.id * lineWords;
    if (cpu.memory.get(own + queue.count) >= this.#retiredKept) yield this.reclaim(cpu);
  }

  /** Frees what the caller has retired and no reader can see any more. */
  *reclaim(cpu: Cpu): Steps {
    const memory = cpu.memory;
    const own = this.#queues + cpu.id * lineWords;
    if (memory.get(own + queue.count) === 0) return;
    yield this.#epochs.advanceTogether(cpu);
    const oldest = yield this.#epochs.oldest(cpu);
    let vma = memory.get(own + queue.head);
    while (vma !== 0 && memory.get(vma + record.stamp) < oldest) {
      const next = memory.get(vma + record.next);
      memory.set(own + queue.count, memory.get(own + queue.count) - 1);
      cpu.task.events.epochFrees++;
      yield this.give(cpu, vma);
      vma = next;
    }
    memory.set(own + queue.head, vma);
    if (vma === 0) memory.set(own + queue.tail, 0);
  }

  /** Records that are neither free nor retired, while nothing runs. */
  inUse(memory: Memory): number {
    let retired = 0;
    for (let thread = 0; thread < this.#of; thread++) {
      retired += memory.get(this.#queues + thread * lineWords + queue.count);
    }
    return this.used(memory) - retired;
  }
}
