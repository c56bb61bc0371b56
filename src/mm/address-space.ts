import type { Cpu } from '../machine/cpu.js';
import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Task } from '../machine/task.js';
import type { SimpleLockDefinition } from '../locks/definition.js';
import type { WordLock } from '../locks/word-lock.js';
import type { AddressSpaceLocking } from '../strategies/address-space-locking.js';
import type { LockedSpace } from '../strategies/locked-space.js';
import { Epochs } from './epochs.js';
import { PageTable } from './page-table.js';
import { SlotIndex } from './slot-index.js';
import type { SpaceShape } from './space-shape.js';
import { TreeIndex } from './tree-index.js';
import type { VmaIndex } from './vma-index.js';
import { vma as record, vmaFlag } from './vma.js';

export interface AddressSpaceParts {
  readonly process: number;
  /** Threads that run in this process. */
  readonly threads: number;
  /** Range of `cpu.id`. */
  readonly allThreads: number;
  readonly shape: SpaceShape;
  /** Retired records that the index lets pile up; it has a default. */
  readonly retiredKept: number | undefined;
  readonly pageTableLock: WordLock;
  readonly index: 'tree' | 'slots';
  /** Slots of a node of the index, as a power of two. Default 9. */
  readonly nodeBits: number | undefined;
  /** The lock of each node of the index, where these are what is locked. */
  readonly nodeLock: SimpleLockDefinition | undefined;
  /** Builds the strategy's locking over this address space's VMAs. */
  readonly locking: (space: Pick<LockedSpace, 'index' | 'slots' | 'epochs'>) => AddressSpaceLocking;
}

/** One process's memory: the VMA index, the page table and the lock over them. */
export class AddressSpace {
  readonly process: number;
  readonly shape: SpaceShape;
  readonly locking: AddressSpaceLocking;
  readonly index: VmaIndex;
  /** The slots of the index, if it is one of slots. */
  readonly slots: SlotIndex['slots'] | undefined;
  readonly table: PageTable;
  readonly epochs: Epochs;
  /** Word of the current end of the `brk` area; guarded by the lock for change. */
  readonly brk: number;
  readonly #threads: number;

  constructor(layout: Layout, parts: AddressSpaceParts) {
    const { shape } = parts;
    this.process = parts.process;
    this.#threads = parts.threads;
    this.shape = shape;
    this.brk = layout.allocate(1);
    this.epochs = new Epochs(layout, parts.allThreads);
    const { retiredKept } = parts;
    const common = { vmas: shape.vmas, epochs: this.epochs, retiredKept };
    if (parts.index === 'tree') {
      this.index = new TreeIndex(layout, common);
      this.slots = undefined;
    } else {
      const index = new SlotIndex(layout, {
        ...common,
        pages: shape.pages,
        threads: parts.allThreads,
        // A child must have room for all that its parent has, and for what it takes to unmap that.
        members: parts.threads === 0 ? parts.allThreads + 1 : parts.allThreads,
        nodeBits: parts.nodeBits,
        nodeLock: parts.nodeLock,
      });
      this.index = index;
      this.slots = index.slots;
    }
    this.table = new PageTable(layout, shape.pages, parts.pageTableLock);
    this.locking = parts.locking(this);
  }

  /** Plain set-up of an address space without VMAs. */
  initialise(memory: Memory): void {
    this.locking.initialise(memory);
    this.epochs.initialise(memory);
    this.slots?.initialise(memory);
    memory.set(this.brk, this.shape.brkStart);
  }

  /** How many threads besides the caller run in this process: whom a shootdown must reach. */
  others(task: Task): number {
    return task.process === this.process ? this.#threads - 1 : this.#threads;
  }

  /**
   * A VMA that is not in the index yet. The caller asked for room, and fills in `anonVma` if it is a copy. No one
   * else can see it.
   */
  *create(
    cpu: Cpu,
    start: number,
    end: number,
    flags: number,
    file: number,
    fileOffset: number,
    name: number,
  ): Steps<number> {
    const made = yield this.index.take(cpu);
    this.#fill(cpu.memory, made, start, end, flags, file, fileOffset, name);
    return made;
  }

  /** Plain set-up: a VMA that is in the index. */
  createPlain(
    memory: Memory,
    start: number,
    end: number,
    flags: number,
    file: number,
    fileOffset: number,
    name: number,
  ): number {
    const made = this.index.takePlain(memory);
    this.#fill(memory, made, start, end, flags, file, fileOffset, name);
    this.index.addPlain(memory, made);
    return made;
  }

  /**
   * 0 if the page table of `page` is empty, and no fault that the caller has kept out can set an entry in it
   * any more. Without its lock.
   */
  *hasEntries(cpu: Cpu, page: number): Steps<number> {
    const count = this.table.count(page);
    if ((yield cpu.get(count)) !== 0) return 1;
    if (this.locking.validates === 0) return 0;
    // A fault that was found valid sets its entry before it lets go of the lock.
    yield this.table.lock(cpu, page);
    yield this.table.unlock(cpu, page);
    return yield cpu.load(count);
  }

  /** Takes a VMA out of the index and marks it detached; its record stays until it is retired. */
  *detach(cpu: Cpu, vma: number): Steps {
    yield this.index.drop(cpu, vma);
    yield cpu.store(vma + record.flags, 0);
    yield this.locking.detach(cpu, vma);
  }

  /** Gives a VMA in the index new bounds; the caller holds the locks of its reverse maps. */
  *resize(cpu: Cpu, vma: number, start: number, end: number): Steps {
    const oldStart = cpu.memory.get(vma + record.start);
    const oldEnd = cpu.memory.get(vma + record.end);
    yield this.setBounds(cpu, vma, start, end);
    yield this.index.reshape(cpu, vma, oldStart, oldEnd);
  }

  /** Moves the bounds of a VMA, under the locks of its reverse maps; which pages lead to it stays as it is. */
  *setBounds(cpu: Cpu, vma: number, start: number, end: number): Steps {
    const memory = cpu.memory;
    if (memory.get(vma + record.file) !== 0) {
      const by = start - memory.get(vma + record.start);
      memory.set(vma + record.fileOffset, memory.get(vma + record.fileOffset) + by);
    }
    yield cpu.store(vma + record.start, start);
    yield cpu.store(vma + record.end, end);
  }

  #fill(
    memory: Memory,
    made: number,
    start: number,
    end: number,
    flags: number,
    file: number,
    fileOffset: number,
    name: number,
  ): void {
    memory.set(made + record.start, start);
    memory.set(made + record.end, end);
    memory.set(made + record.flags, flags | vmaFlag.attached);
    memory.set(made + record.file, file);
    memory.set(made + record.fileOffset, fileOffset);
    memory.set(made + record.anonVma, 0);
    memory.set(made + record.chain, 0);
    memory.set(made + record.process, this.process);
    memory.set(made + record.name, name);
    memory.set(made + record.readers, 1);
  }
}
