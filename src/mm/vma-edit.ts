import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from './address-space.js';
import type { ReverseMapping } from './contracts.js';
import { vma as record } from './vma.js';

/** What one `split` takes at most: records, and changes of the tree. */
export const splitNeeds = { vmas: 1, changes: 2 } as const;
/** What one `merge` takes at most. */
export const mergeNeeds = { vmas: 0, changes: 2 } as const;

/**
 * Splitting, growing and merging VMAs. Steps for the holder of the lock for change, who has asked
 * `AddressSpace.hasRoom` before. Bounds change only under the locks of the reverse maps, so that a walker
 * which holds one of these sees them whole.
 */
export class VmaEdit {
  readonly #reverse: ReverseMapping;

  constructor(reverse: ReverseMapping) {
    this.#reverse = reverse;
  }

  /**
   * A VMA of exactly [from, to), which `vma` maps all of: itself, or what is split off it or carved out of it. The
   * caller may change that one as it likes.
   */
  *own(cpu: Cpu, space: AddressSpace, vma: number, from: number, to: number): Steps<number> {
    if (space.index.carves === 1) return yield this.carve(cpu, space, vma, from, to);
    const memory = cpu.memory;
    const own =
      memory.get(vma + record.start) < from ? yield this.split(cpu, space, vma, from) : vma;
    if (memory.get(own + record.end) > to) yield this.split(cpu, space, own, to);
    return own;
  }

  /** Cuts a VMA in two at a page inside it. Gives the upper one. */
  private *split(cpu: Cpu, space: AddressSpace, vma: number, at: number): Steps<number> {
    const memory = cpu.memory;
    yield space.locking.isolate(cpu, vma);
    const start = memory.get(vma + record.start);
    const file = memory.get(vma + record.file);
    const offset = memory.get(vma + record.fileOffset);
    const upper = yield space.create(
      cpu,
      at,
      memory.get(vma + record.end),
      memory.get(vma + record.flags),
      file,
      file === 0 ? 0 : offset + at - start,
      memory.get(vma + record.name),
    );
    yield this.#reverse.beginAdjust(cpu, vma);
    memory.set(upper + record.anonVma, memory.get(vma + record.anonVma));
    yield space.resize(cpu, vma, start, at);
    yield this.#reverse.linkSibling(cpu, upper, vma);
    yield this.#reverse.endAdjust(cpu, vma);
    yield space.locking.isolate(cpu, upper);
    yield space.index.add(cpu, upper);
    return upper;
  }

  /**
   * `own` where a VMA is the pages that lead to it: if there are others, held by others or by nobody, they keep the
   * VMA, whose bounds go on to have these pages between them, and these get a new one. Whoever takes the last
   * pages away frees it. All that is looked at of a VMA some of whose pages others hold is what never changes
   * meanwhile, and its `anonVma`, which a fault may set.
   */
  private *carve(
    cpu: Cpu,
    space: AddressSpace,
    vma: number,
    from: number,
    to: number,
  ): Steps<number> {
    const memory = cpu.memory;
    if ((yield cpu.load(vma + record.pages)) === to - from) {
      if (memory.get(vma + record.start) !== from || memory.get(vma + record.end) !== to) {
        yield this.#reverse.beginAdjust(cpu, vma);
        yield space.setBounds(cpu, vma, from, to);
        yield this.#reverse.endAdjust(cpu, vma);
      }
      return vma;
    }
    const file = memory.get(vma + record.file);
    const shift = memory.get(vma + record.fileOffset) - memory.get(vma + record.start);
    const made = yield space.create(
      cpu,
      from,
      to,
      memory.get(vma + record.flags),
      file,
      file === 0 ? 0 : from + shift,
      memory.get(vma + record.name),
    );
    memory.set(made + record.anonVma, yield cpu.load(vma + record.anonVma));
    yield this.#reverse.beginAdjust(cpu, made);
    yield this.#reverse.linkSibling(cpu, made, vma);
    yield this.#reverse.endAdjust(cpu, made);
    yield space.index.add(cpu, made);
    if ((yield cpu.add(vma + record.pages, from - to)) === to - from) {
      yield cpu.store(vma + record.flags, 0);
      yield this.#reverse.unlink(cpu, vma);
      yield space.index.retire(cpu, vma);
    }
    return made;
  }

  /** Moves the end of a VMA up into the gap behind it. */
  *grow(cpu: Cpu, space: AddressSpace, vma: number, end: number): Steps {
    yield space.locking.isolate(cpu, vma);
    yield this.#reverse.beginAdjust(cpu, vma);
    yield space.resize(cpu, vma, cpu.memory.get(vma + record.start), end);
    yield this.#reverse.endAdjust(cpu, vma);
  }

  /** Moves the start of a VMA down into the gap before it. */
  *growDown(cpu: Cpu, space: AddressSpace, vma: number, start: number): Steps {
    yield space.locking.isolate(cpu, vma);
    yield this.#reverse.beginAdjust(cpu, vma);
    yield space.resize(cpu, vma, start, cpu.memory.get(vma + record.end));
    yield this.#reverse.endAdjust(cpu, vma);
  }

  /** Joins two neighbours for which `mergeable` holds; the lower one stays. */
  *merge(cpu: Cpu, space: AddressSpace, lower: number, upper: number): Steps {
    const memory = cpu.memory;
    yield space.locking.isolate(cpu, lower);
    yield space.locking.isolate(cpu, upper);
    const end = memory.get(upper + record.end);
    yield this.#reverse.beginAdjust(cpu, lower);
    yield this.#reverse.unlinkSibling(cpu, upper, lower);
    yield space.detach(cpu, upper);
    yield space.resize(cpu, lower, memory.get(lower + record.start), end);
    yield this.#reverse.endAdjust(cpu, lower);
    yield space.index.retire(cpu, upper);
  }

  /** Joins a VMA with the neighbour below and the one above, where they fit. */
  *mergeAround(cpu: Cpu, space: AddressSpace, vma: number): Steps {
    const memory = cpu.memory;
    const start = memory.get(vma + record.start);
    const above = yield space.index.neighbour(cpu, memory.get(vma + record.end));
    if (above !== 0 && mergeable(memory, vma, above)) yield this.merge(cpu, space, vma, above);
    const below = yield space.index.neighbour(cpu, start - 1);
    if (below !== 0 && mergeable(memory, below, vma)) yield this.merge(cpu, space, below, vma);
  }
}

/** Whether two VMAs are neighbours that differ in nothing but their place. */
export function mergeable(memory: Memory, lower: number, upper: number): boolean {
  const end = memory.get(lower + record.end);
  return (
    end === memory.get(upper + record.start) &&
    memory.get(lower + record.flags) === memory.get(upper + record.flags) &&
    memory.get(lower + record.name) === memory.get(upper + record.name) &&
    memory.get(lower + record.file) === memory.get(upper + record.file) &&
    memory.get(lower + record.anonVma) === memory.get(upper + record.anonVma) &&
    (memory.get(lower + record.file) === 0 ||
      memory.get(lower + record.fileOffset) + end - memory.get(lower + record.start) ===
        memory.get(upper + record.fileOffset))
  );
}
