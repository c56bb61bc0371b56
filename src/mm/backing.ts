import type { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { RegionPlan } from '../workload/plan.js';
import { AnonVmas } from './anon-vma.js';
import { Breakpoints } from './breakpoints.js';
import type { Core } from './core.js';
import { CoreLocks } from './core-locks.js';
import { Files } from './files.js';
import { LocklessWalk } from './lockless-walk.js';
import { MmuNotifiers } from './notifiers.js';
import { PageCache } from './page-cache.js';
import { Pins } from './pins.js';
import { ReverseMap } from './reverse-map.js';
import { RmapUnmap } from './rmap-unmap.js';
import { Uprobes } from './uprobes.js';
import { vma as record } from './vma.js';

/** Trees of anonymous memory that a thread may have beside those of the regions: what it has mapped at once. */
const treesOfThread = 64;

/** What stands behind the address spaces of one world: files, reverse maps, notifiers, probes, pins. */
export class Backing {
  readonly files: Files;
  readonly anonVmas: AnonVmas;
  readonly reverse: ReverseMap;
  readonly cache: PageCache;
  readonly notifiers: MmuNotifiers;
  readonly breakpoints: Breakpoints;
  readonly uprobes: Uprobes;
  readonly pins: Pins;
  readonly walk: LocklessWalk;
  readonly unmap: RmapUnmap;
  readonly #core: Core;

  constructor(layout: Layout, core: Core) {
    const locks = new CoreLocks(layout, core);
    const { strategy, world, frames } = core;
    this.#core = core;
    this.files = new Files(layout, core.plan.space.regions, locks);
    const members = world.processOf.filter((process) => process >= 0).length;
    this.anonVmas = new AnonVmas(layout, anonVmaSize(core, members), world.threads, members, () =>
      locks.reverseMap('anon_vma'),
    );
    this.reverse = new ReverseMap(this.files, this.anonVmas);
    this.cache = new PageCache(frames, this.files, locks, core.eviction, strategy.faultIo);
    this.notifiers = new MmuNotifiers(core);
    this.breakpoints = new Breakpoints(core, this.reverse, this.notifiers);
    this.uprobes = new Uprobes(layout, core, this.files, this.cache, this.breakpoints, locks);
    this.pins = new Pins(layout, core);
    this.walk = new LocklessWalk(frames);
    this.unmap = new RmapUnmap(core, this.files, this.anonVmas, this.notifiers);
  }

  /** Plain set-up: locks, the pages that files keep, and the plan's probes. Before any VMA is made. */
  initialise(memory: Memory): void {
    this.files.initialise(memory);
    this.anonVmas.initialise(memory);
    this.uprobes.dupMmap.initialise(memory);
    this.cache.initialise(memory);
    this.uprobes.registerPlain(memory);
  }

  /**
   * Plain set-up of a VMA of a region that is in the tree of its process: its reverse maps, and its
   * breakpoints. All processes of a world were forked from its first, whose VMA is `ancestor` (0: this is
   * the first's), so their anonymous memory shares one root lock for each VMA of a region.
   */
  adopt(memory: Memory, process: number, vma: number, ancestor: number): void {
    this.reverse.linkPlain(memory, vma);
    const region = memory.get(vma + record.file) - 1;
    const probed = region >= 0 && this.uprobes.table(region) !== undefined;
    if (region >= 0 && !(probed && memory.get(this.probedWord(region)) > 0)) return;
    if (this.anonVmas.preparePlain(memory, vma, ancestor) === 0) {
      throw new Error('There are fewer anon_vma records than VMAs of regions');
    }
    const space = this.#core.spaces[process];
    if (probed && space !== undefined) this.uprobes.installPlain(memory, space, vma);
  }

  /** What is wrong with the locks of files and reverse maps while nothing runs, as sentences. */
  checkLocks(memory: Memory): string[] {
    return [
      ...this.files.check(memory),
      ...this.anonVmas.check(memory),
      ...this.uprobes.dupMmap.check(memory),
    ];
  }

  private probedWord(region: number): number {
    return this.uprobes.table(region)?.probed ?? 0;
  }
}

/** Records for all that can be at once: every VMA linked to its own `anon_vma`, its parent's and the first process's. */
function anonVmaSize(
  core: Core,
  members: number,
): { roots: number; forked: number; links: number } {
  const { spaces, world, plan } = core;
  const regionVmas = plan.space.regions.reduce(
    (sum: number, region: RegionPlan) => sum + region.vmas,
    0,
  );
  const vmas = spaces.reduce((sum, { index }) => sum + index.most, 0);
  const children = spaces.length - world.processes;
  const inherited = spaces.length > 1 ? 2 : 0;
  return {
    roots: regionVmas * world.processes + members * treesOfThread,
    forked: (world.processes - 1) * regionVmas + children * (regionVmas + members * treesOfThread),
    links: vmas * (1 + inherited),
  };
}
