import { alignWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { Observed } from '../locks/observed.js';
import { probeOffset } from '../workload/plan.js';
import type { AddressSpace } from './address-space.js';
import { type Breakpoints, isProbed } from './breakpoints.js';
import type { ProbeHooks } from './contracts.js';
import type { Core } from './core.js';
import type { MappedFile } from './file.js';
import type { Files } from './files.js';
import type { LockMaker } from './lock-maker.js';
import type { PageCache } from './page-cache.js';
import { ProbeTable } from './probe-table.js';
import { vma as record } from './vma.js';

/** Words of a thread's list of the pages it has read ahead of a mapping: how many, then their frames. */
const prefetched = { count: 0, frames: 1 } as const;

/**
 * The probes of all files, and what a new mapping of a probed file does about them (facts, B.11). `inside`:
 * reads the text and installs the breakpoints under the write lock of `mmap`. `prefetched`: reads before
 * it, installs inside. `deferred`: drops the lock first, then reads, and takes the lock for reading to
 * install, after it has looked the VMA up again; whoever executes in between misses the probe.
 */
export class Uprobes implements ProbeHooks {
  /** Fork (R) against registration (W), which must see every address space (the kernel's `dup_mmap_sem`). */
  readonly dupMmap: Observed;
  /** Whether any file can have probes. */
  readonly hasTables: boolean;
  readonly #core: Core;
  readonly #files: Files;
  readonly #cache: PageCache;
  readonly #breakpoints: Breakpoints;
  readonly #tables: readonly (ProbeTable | undefined)[];
  readonly #ahead: number;
  readonly #aheadWords: number;

  constructor(
    layout: Layout,
    core: Core,
    files: Files,
    cache: PageCache,
    breakpoints: Breakpoints,
    locks: LockMaker,
  ) {
    this.#core = core;
    this.#files = files;
    this.#cache = cache;
    this.#breakpoints = breakpoints;
    this.dupMmap = locks.fixed('uprobes', 1);
    let most = 0;
    this.#tables = core.plan.space.regions.map((region, index) => {
      if (files.has(index) === 0 || !region.executable) return undefined;
      most = Math.max(most, files.at(index).pages);
      return new ProbeTable(layout, files.at(index).pages);
    });
    this.hasTables = most > 0;
    const prefetches = core.strategy.uprobes === 'prefetched';
    this.#aheadWords = prefetches ? alignWords(prefetched.frames + most) : 0;
    this.#ahead = prefetches ? layout.allocate(core.world.threads * this.#aheadWords) : 0;
  }

  /** The probes of a region's file; undefined: none can be, as it is not executable. */
  table(region: number): ProbeTable | undefined {
    return this.#tables[region];
  }

  *beforeMap(cpu: Cpu, region: number, fileOffset: number, pages: number): Steps {
    const table = this.#tables[region];
    if (table === undefined || this.#core.strategy.uprobes !== 'prefetched') return;
    if ((yield cpu.load(table.probed)) === 0) return;
    const own = this.#ahead + cpu.id * this.#aheadWords;
    const file = this.#files.at(region);
    const end = Math.min(fileOffset + pages, file.pages);
    let count = 0;
    for (let page = fileOffset; page < end; page++) {
      if ((yield cpu.load(table.count(page))) !== 0) {
        const frame = yield this.readPage(cpu, file, page);
        if (frame !== 0) {
          yield cpu.set(own + prefetched.frames + count, frame);
          count++;
        }
      }
    }
    yield cpu.set(own + prefetched.count, count);
  }

  *insideMap(cpu: Cpu, space: AddressSpace, vma: number): Steps {
    if (this.#core.strategy.uprobes === 'deferred') return;
    const memory = cpu.memory;
    const region = memory.get(vma + record.file) - 1;
    const table = this.#tables[region];
    if (table === undefined || !isProbed(memory.get(vma + record.flags))) return;
    if ((yield cpu.load(table.probed)) === 0) return;
    const file = this.#files.at(region);
    const start = memory.get(vma + record.start);
    const offset = memory.get(vma + record.fileOffset);
    const end = Math.min(memory.get(vma + record.end), start + file.pages - offset);
    yield cpu.read(table.probed, 'probe_lookup', end - start);
    for (let page = start; page < end; page++) {
      const filePage = page - start + offset;
      if ((yield cpu.load(table.count(filePage))) !== 0) {
        const frame = yield this.readPage(cpu, file, filePage);
        if (frame !== 0) {
          const at = yield table.offset(cpu, filePage);
          yield this.#breakpoints.install(cpu, space, vma, page, at, frame);
          yield this.#core.eviction.drop(cpu, frame);
        }
      }
    }
  }

  *afterMap(cpu: Cpu, space: AddressSpace, region: number, start: number, pages: number): Steps {
    const table = this.#tables[region];
    if (table === undefined) return;
    const policy = this.#core.strategy.uprobes;
    if (policy === 'prefetched') yield this.dropAhead(cpu);
    if (policy !== 'deferred' || (yield cpu.load(table.probed)) === 0) return;
    const file = this.#files.at(region);
    const end = Math.min(pages, file.pages);
    for (let filePage = 0; filePage < end; filePage++) {
      if ((yield cpu.load(table.count(filePage))) !== 0) {
        const frame = yield this.readPage(cpu, file, filePage);
        if (frame !== 0) {
          yield this.fill(cpu, space, table, region, start + filePage, filePage, frame);
          yield this.#core.eviction.drop(cpu, frame);
        }
      }
    }
  }

  /** The up-to-date frame of a file page, read if need be, with a reference for the caller; 0: no memory. */
  *readPage(cpu: Cpu, file: MappedFile, page: number): Steps<number> {
    const frame = yield this.#cache.obtain(cpu, file, page);
    if (frame !== 0) yield this.#cache.unlockFolio(cpu, frame);
    return frame;
  }

  /** Plain set-up: registers the probes of the plan, `probes` spread over the pages of each VMA. */
  registerPlain(memory: Memory): void {
    for (const [index, region] of this.#core.plan.space.regions.entries()) {
      const table = this.#tables[index];
      const probes = Math.min(region.probes, region.pages);
      for (let vma = 0; table !== undefined && vma < region.vmas; vma++) {
        for (let probe = 0; probe < probes; probe++) {
          const page = vma * region.pages + Math.floor((probe * region.pages) / probes);
          table.addPlain(memory, page, probeOffset);
        }
      }
    }
  }

  /** Plain set-up: installs the breakpoints of a VMA, which has an `anon_vma` and no page present where one goes. */
  installPlain(memory: Memory, space: AddressSpace, vma: number): void {
    const table = this.#tables[memory.get(vma + record.file) - 1];
    if (table === undefined || !isProbed(memory.get(vma + record.flags))) return;
    const start = memory.get(vma + record.start);
    for (let page = start; page < memory.get(vma + record.end); page++) {
      const offset = table.find(memory, page - start + memory.get(vma + record.fileOffset));
      if (offset >= 0) this.#breakpoints.installPlain(memory, space, vma, page, offset);
    }
  }

  /** Installs one breakpoint of a mapping whose lock was dropped, if it is still there and still wanted. */
  private *fill(
    cpu: Cpu,
    space: AddressSpace,
    table: ProbeTable,
    region: number,
    page: number,
    filePage: number,
    frame: number,
  ): Steps {
    const memory = cpu.memory;
    yield space.locking.beginRead(cpu, page, page + 1);
    const vma = yield space.index.lookup(cpu, page);
    if (
      vma !== 0 &&
      memory.get(vma + record.file) === region + 1 &&
      memory.get(vma + record.fileOffset) + page - memory.get(vma + record.start) === filePage &&
      isProbed(memory.get(vma + record.flags)) &&
      (yield cpu.load(table.count(filePage))) !== 0
    ) {
      const at = yield table.offset(cpu, filePage);
      yield this.#breakpoints.install(cpu, space, vma, page, at, frame);
    } else {
      cpu.task.events.probeFillsDropped++;
    }
    yield space.locking.endRead(cpu);
  }

  private *dropAhead(cpu: Cpu): Steps {
    const own = this.#ahead + cpu.id * this.#aheadWords;
    const count = yield cpu.get(own + prefetched.count);
    yield cpu.set(own + prefetched.count, 0);
    for (let index = 0; index < count; index++) {
      yield this.#core.eviction.drop(cpu, yield cpu.get(own + prefetched.frames + index));
    }
  }
}
