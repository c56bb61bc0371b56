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

  /** Cuts a VMA in two at a page inside it. Gives the upper one. */
  *split(cpu: Cpu, space: AddressSpace, vma: number, at: number): Steps<number> {
    const memory = cpu.memory;
    yield space.locking.isolate(cpu, vma);
    const start = memory.get(vma + record.start);
    const file = memory.get(vma + record.file);
    const offset = memory.get(vma + record.fileOffset);
    const upper = space.create(
      memory,
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
    yield space.insert(cpu, upper);
    return upper;
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
    yield space.retire(cpu, upper);
  }

  /** Joins a VMA with the neighbour below and the one above, where they fit. */
  *mergeAround(cpu: Cpu, space: AddressSpace, vma: number): Steps {
    const memory = cpu.memory;
    const start = memory.get(vma + record.start);
    const above = yield space.tree.lookup(cpu, memory.get(vma + record.end));
    if (above !== 0 && mergeable(memory, vma, above)) yield this.merge(cpu, space, vma, above);
    const below = yield space.tree.lookup(cpu, start - 1);
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
