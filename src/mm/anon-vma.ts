import { lineWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Observed } from '../locks/observed.js';
import { RecordCache } from './record-cache.js';
import { vma } from './vma.js';

/** Words of an `anon_vma`. All but `root` are guarded by the root's lock. */
export const anonVma = {
  /** The `anon_vma` whose lock guards the whole fork tree; itself at the top. */
  root: 0,
  /** First link of the VMAs whose pages may belong to it; 0: none, and it is free unless it is a root. */
  links: 1,
  /** Of a root: the `anon_vma`s of its tree that have links. It outlives its own last link while there are any. */
  tree: 2,
  next: 3,
} as const;

/** Words of a link between one VMA and one `anon_vma` (the kernel's `anon_vma_chain`). */
export const anonLink = {
  vma: 0,
  anonVma: 1,
  /** Next link of the same VMA. */
  vmaNext: 2,
  /** Neighbours of the same `anon_vma`. */
  next: 3,
  previous: 4,
} as const;

/** How many records there are; a fault or a fork that finds none left fails as if memory were out. */
export interface AnonVmaSize {
  /** Trees at once: of the VMAs that were not forked with pages in them. */
  readonly roots: number;
  /** VMAs at once that were forked with pages in them. */
  readonly forked: number;
  /** All VMAs at once, each times the number of `anon_vma`s it is linked to. */
  readonly links: number;
}

/**
 * The reverse map of anonymous memory (facts, B.5): from a frame's `anon_vma` to every VMA that may map it.
 *
 * A VMA is linked to its own `anon_vma` and, after a fork, to all of its parent's; all of a fork tree share
 * the lock of the root, so that fork and exit of every process of the tree write-lock one lock. A VMA's own
 * chain is changed by the holder of its `mmap_lock`; the lists of an `anon_vma` under the root's lock.
 *
 * Pages must be unmapped before `unlink`: then a frame that is mapped proves, under the root's lock, that
 * its `anon_vma` is alive.
 */
export class AnonVmas {
  /** Those that can be roots, and so have a lock; laid out before the others. */
  readonly #roots: RecordCache;
  /** Those that a fork gives the child's VMAs. */
  readonly #branches: RecordCache;
  readonly #links: RecordCache;
  readonly #locks: readonly Observed[];

  /**
   * `members` of the `threads` work in this world; `makeLock` gives a new lock of class `anon_vma`.
   */
  constructor(
    layout: Layout,
    size: AnonVmaSize,
    threads: number,
    members: number,
    makeLock: () => Observed,
  ) {
    const { roots, forked, links } = size;
    this.#roots = new RecordCache(layout, roots, lineWords, anonVma.next, threads, members);
    this.#branches = new RecordCache(layout, forked, lineWords, anonVma.next, threads, members);
    this.#links = new RecordCache(layout, links, lineWords, anonLink.next, threads, members);
    this.#locks = Array.from({ length: this.#roots.capacity }, makeLock);
  }

  /** Plain set-up. */
  initialise(memory: Memory): void {
    for (const lock of this.#locks) lock.initialise(memory);
  }

  /** The lock of a tree. An `anon_vma` that was freed still has one, so locking a stale root is harmless. */
  lockOf(root: number): Observed {
    return this.#locks[this.#roots.index(root)] as Observed;
  }

  /** The lock of the first tree, for critical sections on a reverse-map lock as such. */
  get firstLock(): Observed {
    return this.#locks[0] as Observed;
  }

  /** Gives a VMA an `anon_vma` of its own if it has none, before its first anonymous page: 1, or 0 if none is left. */
  *prepare(cpu: Cpu, of: number): Steps<number> {
    if ((yield cpu.load(of + vma.anonVma)) !== 0) return 1;
    const anon = yield this.#roots.take(cpu);
    const link = anon === 0 ? 0 : yield this.#links.take(cpu);
    if (link === 0) {
      if (anon !== 0) yield this.#roots.give(cpu, anon);
      return 0;
    }
    yield cpu.store(anon + anonVma.root, anon);
    yield this.lockOf(anon).writeLock(cpu);
    yield cpu.write(anon, 'anon_vma_clone', 1);
    cpu.memory.set(anon + anonVma.links, 0);
    cpu.memory.set(anon + anonVma.tree, 1);
    fillLink(cpu.memory, link, of, anon);
    insertLink(cpu.memory, link);
    // Another fault of the same VMA may be here too; the first to publish wins.
    const other = yield cpu.cas(of + vma.anonVma, 0, anon);
    if (other === 0) cpu.memory.set(of + vma.chain, link);
    yield this.lockOf(anon).writeUnlock(cpu);
    if (other !== 0) {
      yield this.#links.give(cpu, link);
      yield this.#roots.give(cpu, anon);
    }
    return 1;
  }

  /**
   * Plain set-up of `prepare`. With `ancestor`, the VMA that `of` was forked from before the clock started,
   * `of` joins that one's tree. 1, or 0 if none is left.
   */
  preparePlain(memory: Memory, of: number, ancestor = 0): number {
    const from = ancestor === 0 ? 0 : memory.get(ancestor + vma.anonVma);
    const anon = (from === 0 ? this.#roots : this.#branches).takeAtStart(memory);
    const link = anon === 0 ? 0 : this.#links.takeAtStart(memory);
    const inherited = link === 0 || from === 0 ? 0 : this.#links.takeAtStart(memory);
    if (link === 0 || (inherited === 0 && from !== 0)) return 0;
    const root = from === 0 ? anon : memory.get(from + anonVma.root);
    memory.set(anon + anonVma.root, root);
    memory.set(root + anonVma.tree, memory.get(root + anonVma.tree) + 1);
    fillLink(memory, link, of, anon);
    insertLink(memory, link);
    memory.set(of + vma.anonVma, anon);
    memory.set(of + vma.chain, link);
    if (from !== 0) {
      fillLink(memory, inherited, of, from);
      insertLink(memory, inherited);
      memory.set(link + anonLink.vmaNext, inherited);
    }
    return 1;
  }

  /**
   * Links a fork's child VMA: to all that the parent's is linked to, and to a new `anon_vma` of its own in the
   * same tree. Two sections under the root's lock, as in the kernel. 1, or 0 if no records are left; then
   * nothing has changed.
   */
  *fork(cpu: Cpu, parent: number, child: number): Steps<number> {
    const memory = cpu.memory;
    memory.set(child + vma.anonVma, 0);
    memory.set(child + vma.chain, 0);
    const parentAnon = memory.get(parent + vma.anonVma);
    if (parentAnon === 0) return 1;
    const chain = yield this.#copyChain(cpu, parent, child);
    if (chain === -1) return 0;
    const anon = yield this.#branches.take(cpu);
    const own = anon === 0 ? 0 : yield this.#links.take(cpu);
    if (own === 0) {
      if (anon !== 0) yield this.#branches.give(cpu, anon);
      yield this.#giveChain(cpu, chain);
      return 0;
    }
    const root = memory.get(parentAnon + anonVma.root);
    yield this.lockOf(root).writeLock(cpu);
    yield cpu.write(root, 'anon_vma_clone', 1);
    insertChain(memory, chain);
    yield this.lockOf(root).writeUnlock(cpu);
    fillLink(memory, own, child, anon);
    memory.set(own + anonLink.vmaNext, chain);
    memory.set(child + vma.chain, own);
    yield cpu.store(anon + anonVma.root, root);
    yield this.lockOf(root).writeLock(cpu);
    yield cpu.write(root, 'anon_vma_clone', 1);
    memory.set(anon + anonVma.links, 0);
    memory.set(root + anonVma.tree, memory.get(root + anonVma.tree) + 1);
    insertLink(memory, own);
    yield cpu.store(child + vma.anonVma, anon);
    yield this.lockOf(root).writeUnlock(cpu);
    return 1;
  }

  /** Removes every link of a VMA that maps no page any more, and frees what nothing refers to. */
  *unlink(cpu: Cpu, of: number): Steps {
    const memory = cpu.memory;
    const own = memory.get(of + vma.anonVma);
    if (own === 0) return;
    const root = memory.get(own + anonVma.root);
    let empty = 0;
    yield this.lockOf(root).writeLock(cpu);
    yield cpu.write(root, 'anon_vma_clone', 1);
    for (let link = memory.get(of + vma.chain); link !== 0;) {
      const anon = memory.get(link + anonLink.anonVma);
      removeLink(memory, link);
      if (memory.get(anon + anonVma.links) === 0) {
        memory.set(root + anonVma.tree, memory.get(root + anonVma.tree) - 1);
        if (anon !== root) {
          memory.set(anon + anonVma.next, empty);
          empty = anon;
        }
      }
      link = memory.get(link + anonLink.vmaNext);
    }
    const rootIsFree = memory.get(root + anonVma.tree) === 0;
    yield this.lockOf(root).writeUnlock(cpu);
    yield this.#giveChain(cpu, memory.get(of + vma.chain));
    memory.set(of + vma.chain, 0);
    memory.set(of + vma.anonVma, 0);
    while (empty !== 0) {
      const next = memory.get(empty + anonVma.next);
      yield this.#branches.give(cpu, empty);
      empty = next;
    }
    if (rootIsFree) yield this.#roots.give(cpu, root);
  }

  /**
   * Under the tree's lock: `of` was split off `sibling`, has its `anon_vma`, and joins all that it is linked to. If
   * it had none then, it need not have any, though `sibling` may have one by now.
   */
  *linkSibling(cpu: Cpu, of: number, sibling: number): Steps {
    const memory = cpu.memory;
    if (memory.get(of + vma.anonVma) === 0) return;
    const chain = yield this.#copyChain(cpu, sibling, of);
    // There are links for as many VMAs as there can be.
    if (chain === -1) throw new Error('No links are left for a VMA that was split');
    memory.set(of + vma.chain, chain);
    if (chain === 0) return;
    yield cpu.write(memory.get(of + vma.anonVma), 'anon_vma_clone', 1);
    insertChain(memory, chain);
  }

  /** Under the tree's lock: `of` leaves all its lists; a sibling that has the same stays in them. */
  *unlinkSibling(cpu: Cpu, of: number): Steps {
    const memory = cpu.memory;
    const chain = memory.get(of + vma.chain);
    if (chain === 0) return;
    yield cpu.write(memory.get(of + vma.anonVma), 'anon_vma_clone', 1);
    for (let link = chain; link !== 0; link = memory.get(link + anonLink.vmaNext)) {
      removeLink(memory, link);
    }
    memory.set(of + vma.chain, 0);
    memory.set(of + vma.anonVma, 0);
    yield this.#giveChain(cpu, chain);
  }

  /** Write-locks the tree of a VMA while its boundaries change; `unlockTree` ends it. */
  *lockTree(cpu: Cpu, of: number): Steps {
    const anon = cpu.memory.get(of + vma.anonVma);
    if (anon !== 0) yield this.lockOf(cpu.memory.get(anon + anonVma.root)).writeLock(cpu);
  }

  *unlockTree(cpu: Cpu, of: number): Steps {
    const anon = cpu.memory.get(of + vma.anonVma);
    if (anon !== 0) yield this.lockOf(cpu.memory.get(anon + anonVma.root)).writeUnlock(cpu);
  }

  /** What is wrong with its locks while nothing runs, as sentences. */
  check(memory: Memory): string[] {
    return this.#locks.flatMap((lock) => lock.check(memory));
  }

  /** Records in use, while nothing runs: `anon_vma`s and links. */
  used(memory: Memory): readonly [anonVmas: number, links: number] {
    return [this.#roots.used(memory) + this.#branches.used(memory), this.#links.used(memory)];
  }

  /** Links of `to` to all that `from` is linked to, not yet in any list: the first, 0 if there are none, -1: no records are left. */
  *#copyChain(cpu: Cpu, from: number, to: number): Steps<number> {
    const memory = cpu.memory;
    let chain = 0;
    for (let link = memory.get(from + vma.chain); link !== 0;) {
      const copy = yield this.#links.take(cpu);
      if (copy === 0) {
        yield this.#giveChain(cpu, chain);
        return -1;
      }
      fillLink(memory, copy, to, memory.get(link + anonLink.anonVma));
      memory.set(copy + anonLink.vmaNext, chain);
      chain = copy;
      link = memory.get(link + anonLink.vmaNext);
    }
    return chain;
  }

  *#giveChain(cpu: Cpu, chain: number): Steps {
    for (let link = chain; link !== 0;) {
      const next = cpu.memory.get(link + anonLink.vmaNext);
      yield this.#links.give(cpu, link);
      link = next;
    }
  }
}

function fillLink(memory: Memory, link: number, of: number, anon: number): void {
  memory.set(link + anonLink.vma, of);
  memory.set(link + anonLink.anonVma, anon);
  memory.set(link + anonLink.vmaNext, 0);
}

/** Newest last would need a tail; newest first is as good, since a walk that misses a copy leaves the frame mapped. */
function insertLink(memory: Memory, link: number): void {
  const list = memory.get(link + anonLink.anonVma) + anonVma.links;
  const first = memory.get(list);
  memory.set(link + anonLink.next, first);
  memory.set(link + anonLink.previous, 0);
  if (first !== 0) memory.set(first + anonLink.previous, link);
  memory.set(list, link);
}

function insertChain(memory: Memory, chain: number): void {
  for (let link = chain; link !== 0; link = memory.get(link + anonLink.vmaNext)) {
    insertLink(memory, link);
  }
}

function removeLink(memory: Memory, link: number): void {
  const next = memory.get(link + anonLink.next);
  const previous = memory.get(link + anonLink.previous);
  if (next !== 0) memory.set(next + anonLink.previous, previous);
  if (previous !== 0) memory.set(previous + anonLink.next, next);
  else memory.set(memory.get(link + anonLink.anonVma) + anonVma.links, next);
}
