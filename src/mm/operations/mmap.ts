import type { Cpu } from '../../machine/cpu.js';
import type { Memory } from '../../machine/memory.js';
import type { Steps } from '../../machine/steps.js';
import type { RegionPlan } from '../../workload/plan.js';
import type { AddressSpace } from '../address-space.js';
import type { ProbeHooks, ReverseMapping } from '../contracts.js';
import type { Core } from '../core.js';
import { mergeable, mergeNeeds, type VmaEdit } from '../vma-edit.js';
import { vma as record, vmaFlag } from '../vma.js';
import type { Populate } from './populate.js';

/** `VmaFlag` bits of a mapping of a region's kind. */
export const regionFlags = (region: RegionPlan): number =>
  (region.writable ? vmaFlag.write : 0) |
  (region.executable ? vmaFlag.execute : 0) |
  (region.shared ? vmaFlag.shared : 0);

/** `mmap` at a place of the model's choice (facts, B.2). */
export class Mmap {
  readonly #core: Core;
  readonly #reverse: ReverseMapping;
  readonly #probes: ProbeHooks;
  readonly #edit: VmaEdit;
  readonly #populate: Populate;
  readonly #fileFlags: readonly number[];
  readonly #populateInside: boolean;

  constructor(
    core: Core,
    reverse: ReverseMapping,
    probes: ProbeHooks,
    edit: VmaEdit,
    populate: Populate,
  ) {
    this.#core = core;
    this.#reverse = reverse;
    this.#probes = probes;
    this.#edit = edit;
    this.#populate = populate;
    this.#fileFlags = core.plan.space.regions.map(regionFlags);
    this.#populateInside = core.strategy.populate === 'inside';
  }

  /** Maps `pages` of a file from its start, or anonymous memory (`file` -1). Gives the first page, or -1: no room. */
  *run(cpu: Cpu, pages: number, file: number, populate: 0 | 1): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    const { mapStart, mapEnd } = space.shape;
    if (file >= 0) yield this.#probes.beforeMap(cpu, file, 0, pages);
    let start = yield space.locking.beginMap(cpu, pages, mapStart, mapEnd);
    if (start >= 0 && (yield space.index.hasRoom(cpu, 1, 1 + mergeNeeds.changes)) === 0) {
      yield space.locking.endChange(cpu);
      start = -1;
    }
    if (start < 0) {
      if (file >= 0) yield this.#probes.afterMap(cpu, space, file, 0, 0);
      return -1;
    }
    const flags = file < 0 ? vmaFlag.write : (this.#fileFlags[file] as number);
    const vma = yield this.map(cpu, space, start, start + pages, flags, file);
    if (file >= 0) yield this.#probes.insideMap(cpu, space, vma);
    if (populate === 1 && this.#populateInside) {
      yield this.#populate.inside(cpu, space, start, start + pages);
    }
    yield space.index.settle(cpu);
    yield space.locking.endChange(cpu);
    if (file >= 0) yield this.#probes.afterMap(cpu, space, file, start, pages);
    if (populate === 1 && !this.#populateInside) {
      yield this.#populate.after(cpu, space, start, start + pages);
    }
    return start;
  }

  /**
   * Maps a range that is free: by growing a neighbour that fits, or by a VMA of its own. Gives the VMA. For
   * the holder of the lock for change, who asked for room.
   */
  *map(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    end: number,
    flags: number,
    file: number,
  ): Steps<number> {
    const memory = cpu.memory;
    const below = yield space.index.neighbour(cpu, start - 1);
    const above = yield space.index.neighbour(cpu, end);
    if (below !== 0 && fits(memory, below, flags, file)) {
      yield this.#edit.grow(cpu, space, below, end);
      if (above !== 0 && mergeable(memory, below, above)) {
        yield this.#edit.merge(cpu, space, below, above);
      }
      return below;
    }
    if (above !== 0 && fits(memory, above, flags, file)) {
      yield this.#edit.growDown(cpu, space, above, start);
      return above;
    }
    const made = yield space.create(cpu, start, end, flags, file + 1, 0, 0);
    if (file >= 0) yield this.#reverse.link(cpu, made);
    yield space.locking.isolate(cpu, made);
    yield space.index.add(cpu, made);
    return made;
  }
}

/** Whether a neighbour can grow over a new anonymous mapping; mappings of a file from its start never continue one. */
function fits(memory: Memory, neighbour: number, flags: number, file: number): boolean {
  return (
    file < 0 &&
    memory.get(neighbour + record.file) === 0 &&
    memory.get(neighbour + record.name) === 0 &&
    memory.get(neighbour + record.flags) === (flags | vmaFlag.attached)
  );
}
