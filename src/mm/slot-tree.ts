import type { Cpu } from '../machine/cpu.js';
import { lineWords, type Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { SimpleLockDefinition } from '../locks/definition.js';
import { SlotNodes } from './slot-nodes.js';

/** Slots of a node, as a power of two: 512, as in a page table. */
const usualNodeBits = 9;

/**
 * What a slot holds beside the VMA that maps all of its pages (0: none), whose first word is a multiple of 32.
 * `locked` and `waited` go with a VMA or 0; `expanded` and `gone` stand alone.
 */
export const slotState = {
  /** Somebody holds the slot. Only of strategies that lock slots. */
  locked: 1,
  /** The slots of the node below hold what maps these pages. */
  expanded: 2,
  /** The slot's node is not there: the slot above it is not expanded. */
  gone: 4,
  /** Somebody sleeps until a locked slot changes: whoever holds it changes it by `SlotTree.replace`. */
  waited: 8,
} as const;

/** What a word of a slot says of the VMA. */
export const slotVma = (word: number): number => word & ~31;

export interface SlotTreeParts {
  /** Pages of the address space. */
  readonly pages: number;
  /** Range of `cpu.id`. */
  readonly threads: number;
  /** Slots of a node, as a power of two. Default 9. */
  readonly nodeBits: number | undefined;
  /** The lock that each node has, where these are locked; else slots are. */
  readonly nodeLock: SimpleLockDefinition | undefined;
}

/** Words of what a thread holds. */
const held = { start: 0, end: 1 } as const;

/**
 * A radix tree over the pages of one address space, as RadixVM has it (facts, A.18), or, with the same shape, the
 * metadata of page tables (A.19): a slot for each page, and above them slots for all pages of a node. Where one
 * VMA, or nothing, maps all of a node's pages, the slot above says so and the node is not there: it is folded.
 *
 * A slot changes only by who holds its pages, however that is done. Its words are read without a lock: a node is
 * filled before the slot above is set to `expanded`, and that slot is set to something else before a node is
 * taken away, which it is only when it leads to no VMA; so who meets `gone` begins anew at the top.
 */
export class SlotTree {
  /** Pages of the address space. */
  readonly pages: number;
  /** Level of the one node at the top; the slots of pages have level 0. */
  readonly top: number;
  readonly nodeLocks: SlotNodes | undefined;
  readonly #bits: number;
  /** Pages of a slot of each level, and of one above the top. Computed once, as powers are slow. */
  readonly #spans: readonly number[];
  /** First slot of each level. */
  readonly #levels: readonly number[];
  readonly #held: number;
  readonly #threads: number;

  constructor(layout: Layout, parts: SlotTreeParts) {
    const { pages, threads, nodeLock, nodeBits = usualNodeBits } = parts;
    this.pages = pages;
    this.#bits = nodeBits;
    this.#threads = threads;
    let top = 0;
    while (pages > 2 ** (nodeBits * (top + 1))) top++;
    this.top = top;
    this.#spans = Array.from({ length: top + 2 }, (_, level) => 2 ** (nodeBits * level));
    this.#levels = Array.from({ length: top + 1 }, (_, level) =>
      layout.allocate(Math.ceil(pages / this.span(level + 1)) * 2 ** nodeBits),
    );
    this.#held = layout.allocate(threads * lineWords);
    const counts = this.#levels.map((_, level) => this.nodes(level));
    this.nodeLocks =
      nodeLock === undefined ? undefined : new SlotNodes(layout, counts, nodeLock, threads);
  }

  /** Word of the slot of a level in which a page is. */
  slot(level: number, page: number): number {
    return (this.#levels[level] as number) + (page >> (this.#bits * level));
  }

  /** Pages of one slot of a level; those of one level above are the pages of one node. */
  span(level: number): number {
    return this.#spans[level] as number;
  }

  /** First page after the slot of a level in which a page is. */
  after(level: number, page: number): number {
    return ((page >> (this.#bits * level)) + 1) * this.span(level);
  }

  /** Index of the node of a level in which a page is. */
  node(level: number, page: number): number {
    return level === this.top ? 0 : page >> (this.#bits * (level + 1));
  }

  /** Nodes that there can be at a level. */
  nodes(level: number): number {
    return Math.ceil(this.pages / this.span(level + 1));
  }

  /** Whether the slot of a level in which `page` is lies in [page, end). */
  covers(level: number, page: number, end: number): boolean {
    const span = this.span(level);
    return page % span === 0 && page + span <= end;
  }

  /** Whether a page is the first of a node of that level, so that a walk leaves the node before. */
  begins(level: number, page: number): boolean {
    return page % this.span(level + 1) === 0;
  }

  /** The VMA that maps a page, or 0; without a lock. Nothing is mapped behind the address space. */
  *lookup(cpu: Cpu, page: number): Steps<number> {
    if (page >= this.pages) return 0;
    let level = this.top;
    for (;;) {
      const word = yield cpu.load(this.slot(level, page));
      // Of a node that has gone meanwhile, nothing was mapped.
      if (word !== slotState.expanded) return slotVma(word);
      level--;
    }
  }

  /**
   * First page of a gap of `pages` in [low, high), or -1; without a lock, so it may be one no more. What someone
   * holds counts only with `busy` 1: it is about to be mapped, or has just been.
   */
  *findGap(cpu: Cpu, pages: number, low: number, high: number, busy: number): Steps<number> {
    const open = busy === 0 ? 0 : slotState.locked | slotState.waited;
    let start = low;
    let at = low;
    let level = this.top;
    while (start + pages <= high) {
      if (at >= start + pages) return start;
      const word = yield cpu.load(this.slot(level, at));
      if (word === slotState.expanded) {
        level--;
      } else if (word === slotState.gone) {
        level = this.top;
      } else {
        at = this.after(level, at);
        if ((word & ~open) !== 0) start = at;
        if (this.begins(level, at)) level = this.top;
      }
    }
    return -1;
  }

  /** Level of the slot that says what maps a page. Plain, for who holds the page or while nothing runs. */
  levelOf(memory: Memory, page: number): number {
    let level = this.top;
    while (memory.get(this.slot(level, page)) === slotState.expanded) level--;
    return level;
  }

  /**
   * Puts the node below a slot there, which the caller holds: each of its slots gets `word`, and if nodes have
   * locks, the caller holds that of the new one from now on.
   */
  *expand(cpu: Cpu, level: number, page: number, word: number): Steps {
    const below = this.slot(level - 1, page - (page % this.span(level)));
    if (this.nodeLocks !== undefined) {
      yield this.nodeLocks.lock(cpu, level - 1, this.node(level - 1, page));
    }
    yield cpu.write(below, 'vma_change', 1);
    this.#fill(cpu.memory, below, word);
    yield this.replace(cpu, this.slot(level, page), slotState.expanded);
  }

  /** Gives a slot that the caller holds another word, and wakes those who wait for that. Gives what it held. */
  *replace(cpu: Cpu, slot: number, word: number): Steps<number> {
    const before = yield cpu.swap(slot, word);
    if ((before & slotState.waited) !== 0) yield cpu.wake(slot, this.#threads);
    return before;
  }

  /** Plain set-up of `expand`, of a slot that nobody holds. */
  expandPlain(memory: Memory, level: number, page: number): void {
    const slot = this.slot(level, page);
    const below = this.slot(level - 1, page - (page % this.span(level)));
    this.#fill(memory, below, memory.get(slot));
    memory.set(slot, slotState.expanded);
  }

  #fill(memory: Memory, first: number, word: number): void {
    for (let slot = first; slot < first + 2 ** this.#bits; slot++) memory.set(slot, word);
  }

  /** Whether an expanded slot of a level that begins at `page` leads to no VMA. For who holds its pages. */
  isEmpty(memory: Memory, level: number, page: number): boolean {
    const end = page + this.span(level);
    for (let at = page; at < end; at += this.span(level - 1)) {
      const word = memory.get(this.slot(level - 1, at));
      if (
        word === slotState.expanded ? !this.isEmpty(memory, level - 1, at) : slotVma(word) !== 0
      ) {
        return false;
      }
    }
    return true;
  }

  /** Plain set-up: nothing is mapped, and the only node is that of the top. */
  initialise(memory: Memory): void {
    this.nodeLocks?.initialise(memory);
    for (let level = 0; level < this.top; level++) {
      const slots = this.nodes(level) * 2 ** this.#bits;
      for (let slot = 0; slot < slots; slot++) {
        memory.set((this.#levels[level] as number) + slot, slotState.gone);
      }
    }
  }

  /** Notes that the caller holds [start, end) from now on: one range of each address space at a time. */
  *hold(cpu: Cpu, start: number, end: number): Steps {
    yield cpu.set(this.#held + cpu.id * lineWords + held.start, start);
    yield cpu.set(this.#held + cpu.id * lineWords + held.end, end);
  }

  /** First page, and exclusive end, of what a thread holds, or held last. */
  heldStart(memory: Memory, thread: number): number {
    return memory.get(this.#held + thread * lineWords + held.start);
  }

  heldEnd(memory: Memory, thread: number): number {
    return memory.get(this.#held + thread * lineWords + held.end);
  }
}
