import type { Cpu } from '../machine/cpu.js';
import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Task } from '../machine/task.js';
import type { WordLock } from '../locks/word-lock.js';
import type { AddressSpaceLocking } from '../strategies/address-space-locking.js';
import type { LockedSpace } from '../strategies/locked-space.js';
import { Epochs } from './epochs.js';
import { PageTable } from './page-table.js';
import { RecordPool } from './record-pool.js';
import type { SpaceShape } from './space-shape.js';
import { vma as record, vmaFlag, vmaWords } from './vma.js';
import { VmaTree } from './vma-tree.js';

/** Retired records that are let pile up before the slots of the readers are looked at. */
const usualRetiredKept = 64;

export interface AddressSpaceParts {
  readonly process: number;
  /** Threads that run in this process. */
  readonly threads: number;
  /** Range of `cpu.id`. */
  readonly allThreads: number;
  readonly shape: SpaceShape;
  /** Retired records that are let pile up. Default 64. */
  readonly retiredKept: number | undefined;
  readonly pageTableLock: WordLock;
  /** Builds the strategy's locking over this address space's VMAs. */
  readonly locking: (space: Pick<LockedSpace, 'tree' | 'vmas' | 'epochs'>) => AddressSpaceLocking;
}

/** One process's memory: the VMA index, the page table and the lock over them. */
export class AddressSpace {
  readonly process: number;
  readonly shape: SpaceShape;
  readonly locking: AddressSpaceLocking;
  readonly tree: VmaTree;
  readonly table: PageTable;
  readonly epochs: Epochs;
  readonly vmas: RecordPool;
  /** Word of the current end of the `brk` area; guarded by the lock for change. */
  readonly brk: number;
  readonly #threads: number;
  readonly #retiredKept: number;

  constructor(layout: Layout, parts: AddressSpaceParts) {
    const { shape } = parts;
    this.process = parts.process;
    this.#threads = parts.threads;
    this.#retiredKept = parts.retiredKept ?? usualRetiredKept;
    this.shape = shape;
    this.brk = layout.allocate(1);
    this.tree = new VmaTree(layout, VmaTree.nodesFor(shape.vmas));
    this.vmas = new RecordPool(
      layout,
      shape.vmas + 2 * usualRetiredKept,
      vmaWords,
      record.next,
      record.stamp,
    );
    this.epochs = new Epochs(layout, parts.allThreads);
    this.table = new PageTable(layout, shape.pages, parts.pageTableLock);
    this.locking = parts.locking(this);
  }

  /** Plain set-up of an address space without VMAs. */
  initialise(memory: Memory): void {
    this.locking.initialise(memory);
    this.epochs.initialise(memory);
    memory.set(this.brk, this.shape.brkStart);
  }

  /** How many threads besides the caller run in this process: whom a shootdown must reach. */
  others(task: Task): number {
    return task.process === this.process ? this.#threads - 1 : this.#threads;
  }

  /** 1 if `vmas` records and the nodes of `changes` tree changes can be had. For the holder of the lock for change. */
  *hasRoom(cpu: Cpu, vmas: number, changes: number): Steps<number> {
    if (this.#fits(cpu.memory, vmas, changes)) return 1;
    yield this.reclaim(cpu);
    return this.#fits(cpu.memory, vmas, changes) ? 1 : 0;
  }

  /**
   * A VMA that is not in the tree yet. The caller asked `hasRoom`, and fills in `anonVma` if it is a copy.
   * Plain: no one else can see it.
   */
  create(
    memory: Memory,
    start: number,
    end: number,
    flags: number,
    file: number,
    fileOffset: number,
    name: number,
  ): number {
    const made = this.vmas.take(memory);
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

  /** Puts a VMA into the tree. Under the lock for change, as all that follows. */
  *insert(cpu: Cpu, vma: number): Steps {
    const memory = cpu.memory;
    const start = memory.get(vma + record.start);
    const end = memory.get(vma + record.end);
    yield this.tree.insert(cpu, start, end, vma, this.epochs.current(memory));
    yield this.epochs.advance(cpu);
  }

  /** Takes a VMA out of the tree and marks it detached; its record stays until `retire`. */
  *detach(cpu: Cpu, vma: number): Steps {
    const memory = cpu.memory;
    const start = memory.get(vma + record.start);
    yield this.tree.remove(cpu, start, this.epochs.current(memory));
    yield this.epochs.advance(cpu);
    yield cpu.store(vma + record.flags, 0);
    yield this.locking.detach(cpu, vma);
  }

  /** Gives a VMA in the tree new bounds; the caller holds the locks of its reverse maps. */
  *resize(cpu: Cpu, vma: number, start: number, end: number): Steps {
    const memory = cpu.memory;
    const old = memory.get(vma + record.start);
    if (memory.get(vma + record.file) !== 0) {
      memory.set(vma + record.fileOffset, memory.get(vma + record.fileOffset) + start - old);
    }
    yield cpu.store(vma + record.start, start);
    yield cpu.store(vma + record.end, end);
    yield this.tree.resize(cpu, old, start, end, this.epochs.current(memory));
    yield this.epochs.advance(cpu);
  }

  /** Frees the record of a detached and unlinked VMA once no lockless reader can see it. */
  *retire(cpu: Cpu, vma: number): Steps {
    this.vmas.retire(cpu.memory, vma, this.epochs.current(cpu.memory));
    yield this.epochs.advance(cpu);
  }

  /** Frees retired records if many have piled up. At the end of a change. */
  *settle(cpu: Cpu): Steps {
    const memory = cpu.memory;
    if (this.tree.nodes.retired(memory) + this.vmas.retired(memory) < this.#retiredKept) return;
    yield this.reclaim(cpu);
  }

  /** Frees the retired records that no reader can see any more. */
  *reclaim(cpu: Cpu): Steps {
    const oldest = yield this.epochs.oldest(cpu);
    const memory = cpu.memory;
    cpu.task.events.epochFrees += this.tree.nodes.release(memory, oldest);
    cpu.task.events.epochFrees += this.vmas.release(memory, oldest);
  }

  /** Whether the limit of VMAs and both pools allow it as they are. */
  #fits(memory: Memory, vmas: number, changes: number): boolean {
    const available = this.vmas.available(memory);
    const live = this.vmas.capacity - available - this.vmas.retired(memory);
    return (
      live + vmas <= this.shape.vmas && available >= vmas && this.tree.hasRoom(memory, changes)
    );
  }
}
