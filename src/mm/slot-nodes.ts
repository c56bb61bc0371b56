import { alignWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteLock, SimpleLockDefinition } from '../locks/definition.js';
import { MutexAdapter } from '../locks/mutex-adapter.js';

/** A lock for each node that a tree of slots can have, which it keeps while the node is not there. */
export class SlotNodes {
  readonly definition: SimpleLockDefinition;
  /** By level, then by node. */
  readonly #locks: ReadonlyArray<readonly ReadWriteLock[]>;
  readonly #bases: readonly number[];
  readonly #threads: number;

  /** `counts`: nodes of each level. */
  constructor(
    layout: Layout,
    counts: readonly number[],
    definition: SimpleLockDefinition,
    threads: number,
  ) {
    const words = alignWords(definition.words(threads));
    const bases: number[] = [];
    this.definition = definition;
    this.#threads = threads;
    this.#bases = bases;
    this.#locks = counts.map((count) => {
      const first = layout.allocate(count * words);
      return Array.from({ length: count }, (_, node) => {
        const base = first + node * words;
        bases.push(base);
        return definition.kind === 'mutex'
          ? new MutexAdapter(definition.create(base, threads))
          : definition.create(base, threads);
      });
    });
  }

  *lock(cpu: Cpu, level: number, node: number): Steps {
    yield this.of(level, node).writeLock(cpu);
  }

  *unlock(cpu: Cpu, level: number, node: number): Steps {
    yield this.of(level, node).writeUnlock(cpu);
  }

  /** Plain set-up. */
  initialise(memory: Memory): void {
    for (const [offset, value] of this.definition.initial?.(this.#threads) ?? []) {
      for (const base of this.#bases) memory.set(base + offset, value);
    }
  }

  /** What is wrong with the locks once nobody uses them, as sentences. */
  check(memory: Memory): string[] {
    return (this.definition.idle?.(this.#threads) ?? []).flatMap(([offset, value]) =>
      this.#bases
        .filter((base) => memory.get(base + offset) !== value)
        .map(
          (base) =>
            `${this.definition.name} of a node: not free after all threads ended: word ${offset} holds ${memory.get(base + offset)} instead of ${value}`,
        ),
    );
  }

  private of(level: number, node: number): ReadWriteLock {
    return this.#locks[level]?.[node] as ReadWriteLock;
  }
}
