import { structureWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { WordLock } from '../locks/word-lock.js';
import { entriesPerTable } from './page-entry.js';

const tableShift = Math.log2(entriesPerTable);

/**
 * The page table of one address space: a word per page, and for every 512 of them a lock and the number of
 * entries that are set. Entries change under the lock, by atomics, since lockless walkers read them.
 */
export class PageTable {
  readonly pages: number;
  readonly tables: number;
  readonly #entries: number;
  readonly #heads: number;
  readonly #lock: WordLock;

  constructor(layout: Layout, pages: number, lock: WordLock) {
    this.pages = pages;
    this.tables = Math.ceil(pages / entriesPerTable);
    this.#entries = layout.allocate(this.tables * entriesPerTable);
    this.#heads = layout.allocate(this.tables * structureWords);
    this.#lock = lock;
  }

  /** The word that holds a page's entry. */
  entry(page: number): number {
    return this.#entries + page;
  }

  *lock(cpu: Cpu, page: number): Steps {
    yield this.#lock.lock(cpu, this.lockWord(page));
  }

  *unlock(cpu: Cpu, page: number): Steps {
    yield this.#lock.unlock(cpu, this.lockWord(page));
  }

  /** Sets an entry that is 0. Under the lock. */
  *install(cpu: Cpu, page: number, value: number): Steps {
    const count = this.count(page);
    yield cpu.write(count, 'page_table_set', 1);
    cpu.memory.set(count, cpu.memory.get(count) + 1);
    yield cpu.store(this.#entries + page, value);
  }

  /** Replaces an entry that is not 0 by another that is not 0. Under the lock. */
  *change(cpu: Cpu, page: number, value: number): Steps {
    yield cpu.store(this.#entries + page, value);
  }

  /** Makes an entry 0 that is not, and gives what it was. Under the lock. */
  *clear(cpu: Cpu, page: number): Steps<number> {
    const count = this.count(page);
    yield cpu.write(count, 'page_clear', 1);
    cpu.memory.set(count, cpu.memory.get(count) - 1);
    return yield cpu.swap(this.#entries + page, 0);
  }

  /** Word of the number of entries set in the table of a page: a hint without the lock. */
  count(page: number): number {
    return this.lockWord(page) + 1;
  }

  /** The word of the lock that guards a page's entry: 0 when it is free. */
  lockWord(page: number): number {
    return this.#heads + (page >> tableShift) * structureWords;
  }

  /** Plain set-up: sets an entry that is 0. */
  installPlain(memory: Memory, page: number, value: number): void {
    memory.set(this.entry(page), value);
    memory.set(this.count(page), memory.get(this.count(page)) + 1);
  }
}
