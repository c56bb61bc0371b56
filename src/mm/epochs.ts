import { lineWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';

/**
 * Read-side sections of lockless readers of one address space (facts, A.14). A reader publishes the epoch
 * in which it entered; what was retired in epoch e is freed once every active reader entered after e.
 * Nothing waits here, so a reader may sleep inside its section: it only delays the freeing.
 *
 * Why one store is enough on entry: the writer publishes its new root before it looks at the slots, and
 * the reader fills its slot before it loads the root. If the writer did not see the slot, the reader sees
 * the new root. An epoch that is stale by then only keeps more than needed.
 */
export class Epochs {
  readonly #epoch: number;
  readonly #slots: number;
  readonly #threads: number;

  constructor(layout: Layout, threads: number) {
    this.#epoch = layout.allocate(1);
    this.#slots = layout.allocate(threads * lineWords);
    this.#threads = threads;
  }

  /** Plain set-up: epochs count from 1, since a slot of 0 says that its thread reads nothing. */
  initialise(memory: Memory): void {
    memory.set(this.#epoch, 1);
  }

  *enter(cpu: Cpu): Steps {
    const epoch = yield cpu.load(this.#epoch);
    yield cpu.store(this.#slots + cpu.id * lineWords, epoch);
  }

  *exit(cpu: Cpu): Steps {
    yield cpu.store(this.#slots + cpu.id * lineWords, 0);
  }

  /** The epoch to retire in. For the holder of the lock under which records are retired. */
  current(memory: Memory): number {
    return memory.get(this.#epoch);
  }

  /** Starts the next epoch, after what replaces the retired records has been published. */
  *advance(cpu: Cpu): Steps {
    yield cpu.store(this.#epoch, this.current(cpu.memory) + 1);
  }

  /** The epoch to retire in, where many threads retire and none holds a lock for it. */
  *now(cpu: Cpu): Steps<number> {
    return yield cpu.load(this.#epoch);
  }

  /** As `advance`, where others may do so too. */
  *advanceTogether(cpu: Cpu): Steps {
    yield cpu.add(this.#epoch, 1);
  }

  /** Everything retired in an earlier epoch than this can be freed. */
  *oldest(cpu: Cpu): Steps<number> {
    let oldest = this.current(cpu.memory);
    for (let thread = 0; thread < this.#threads; thread++) {
      const epoch = yield cpu.load(this.#slots + thread * lineWords);
      if (epoch !== 0 && epoch < oldest) oldest = epoch;
    }
    return oldest;
  }

  /** Threads that are inside a section, for the check after a trial. */
  readers(memory: Memory): number[] {
    const inside: number[] = [];
    for (let thread = 0; thread < this.#threads; thread++) {
      if (memory.get(this.#slots + thread * lineWords) !== 0) inside.push(thread);
    }
    return inside;
  }
}
