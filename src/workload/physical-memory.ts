import { mappedRegion, type RolePlan, type SpacePlan } from './plan.js';

/** Operations that make pages present in the address space they work on. */
const populating = new Set(['fault', 'gup', 'gup-fast', 'file-write', 'exec-text']);

/** What the frames of a plan are needed for: an upper bound for each region, and for all else. */
export interface FrameNeed {
  /** For each region: its page cache and the copies that processes make of its pages. */
  readonly regions: readonly number[];
  /** Mappings made in the run, pins, children, breakpoints. */
  readonly other: number;
  /** All, with what the allocator keeps on the lists of CPUs. */
  readonly frames: number;
}

/** Frames that a plan can need at most at once. */
export function frameNeed(
  space: Pick<SpacePlan, 'processes' | 'regions'>,
  roles: readonly RolePlan[],
): FrameNeed {
  const { processes } = space;
  const threads = roles.reduce((sum, role) => sum + role.threads, 0);
  const regions = space.regions.map((region, index) => {
    const pages = region.vmas * region.pages;
    const touched = touchedPages(roles, index, pages, 1);
    const copied = Math.min(pages * processes, touchedPages(roles, index, pages, processes));
    const resident = Math.ceil(region.resident * pages);
    if (region.kind === 'anon') return Math.min(pages * processes, resident * processes + copied);
    const cached = Math.min(pages, resident + touched + mappedOf(roles, index));
    const breakpoints = region.probes * region.vmas * processes;
    return cached + (region.shared || !region.writable ? 0 : copied) + breakpoints;
  });
  let other = 2 * threads;
  for (const role of roles) other += role.threads * ownPages(role, space, regions, roles);
  const needed = regions.reduce((sum, frames) => sum + frames, other);
  // The lists of CPUs keep at most a quarter of the memory, where no other CPU finds it.
  return { regions, other, frames: Math.ceil((needed * 4) / 3) + 16 * threads + 64 };
}

/** Pages of a region that operations make present, at most; a shared span counts once in each process. */
function touchedPages(
  roles: readonly RolePlan[],
  index: number,
  pages: number,
  processes: number,
): number {
  let sum = 0;
  for (const role of roles) {
    for (const op of role.ops) {
      const isFile = op.file === index && (op.op === 'file-write' || op.op === 'truncate');
      if (!isFile && (op.region !== index || !populating.has(op.op))) continue;
      const own = op.span * role.threads;
      sum += op.span === 0 || isFile ? pages * processes : Math.min(own, pages * processes);
    }
  }
  return sum;
}

/** Pages of a file that the roles' mappings of it reach, from its first. */
function mappedOf(roles: readonly RolePlan[], index: number): number {
  const mappings = roles.flatMap((role) => role.ops.filter((op) => op.op === 'mmap'));
  return mappings.reduce((most, op) => (op.file === index ? Math.max(most, op.pages) : most), 0);
}

/** Frames for what one thread of the role maps, pins, forks and probes. */
function ownPages(
  role: RolePlan,
  space: Pick<SpacePlan, 'processes' | 'regions'>,
  regionFrames: readonly number[],
  roles: readonly RolePlan[],
): number {
  let mapped = 0;
  let sum = 0;
  for (const op of role.ops) {
    switch (op.op) {
      case 'mmap':
        mapped = Math.max(mapped, op.pages);
        break;
      case 'gup':
      case 'gup-fast':
        sum += op.pages;
        break;
      case 'fork':
        // Until the child exits, every anonymous page of the parent may have to be copied once.
        sum += space.regions.reduce(
          (copies, region, i) =>
            copies +
            (region.kind === 'anon' ? Math.ceil((regionFrames[i] ?? 0) / space.processes) : 0),
          0,
        );
        sum += largestMapping(roles);
        break;
      case 'uprobe-register':
        // A breakpoint copies its page in every process and in every thread's mapping of the file.
        sum += space.processes + threadsThatMap(roles, op.region);
        break;
      default:
        if (op.region === mappedRegion) mapped = Math.max(mapped, op.pages);
    }
  }
  return sum + mapped;
}

const largestMapping = (roles: readonly RolePlan[]): number =>
  roles.reduce(
    (sum, role) =>
      sum + role.threads * Math.max(0, ...role.ops.map((op) => (op.op === 'mmap' ? op.pages : 0))),
    0,
  );

const threadsThatMap = (roles: readonly RolePlan[], file: number): number =>
  roles.reduce(
    (sum, role) =>
      sum + (role.ops.some((op) => op.op === 'mmap' && op.file === file) ? role.threads : 0),
    0,
  );
