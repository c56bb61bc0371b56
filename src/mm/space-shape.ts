import type { SpacePlan } from '../workload/plan.js';
import { entriesPerTable } from './page-entry.js';

/** VMAs that one address space may have beyond those of its regions; as the kernel's `vm.max_map_count`, a limit. */
const mapCount = 1024;

/** Where everything lies in an address space of this plan, in pages. The same in every process. */
export interface SpaceShape {
  /** First page of each region; its VMAs follow each other without gaps. */
  readonly regionStarts: readonly number[];
  /** Where `mmap` looks for a gap. */
  readonly mapStart: number;
  readonly mapEnd: number;
  /** Where `brk` grows from and how far. */
  readonly brkStart: number;
  readonly brkEnd: number;
  /** Pages of the address space. */
  readonly pages: number;
  /** VMAs that one address space can have at once. */
  readonly vmas: number;
}

/**
 * Regions begin at a page table of their own and at least one unmapped page follows each, so that no two
 * share a page-table lock or merge.
 */
export function spaceShape(space: SpacePlan): SpaceShape {
  let next = entriesPerTable;
  const place = (pages: number): number => {
    const start = next;
    next = Math.ceil((start + pages + 1) / entriesPerTable) * entriesPerTable;
    return start;
  };
  const regionStarts = space.regions.map((region) => place(region.vmas * region.pages));
  const brkStart = place(space.mappablePages);
  const mapStart = place(space.mappablePages);
  const regionVmas = space.regions.reduce((sum, region) => sum + region.vmas, 0);
  return {
    regionStarts,
    mapStart,
    mapEnd: mapStart + space.mappablePages,
    brkStart,
    brkEnd: brkStart + space.mappablePages,
    pages: next,
    vmas: regionVmas + Math.min(mapCount, next),
  };
}
