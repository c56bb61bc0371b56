import { compileOperations, type RegionSize } from './compile-operations.js';
import { diagnosticCodes, wholeFile, type Diagnostic } from './diagnostic.js';
import { checkMemory } from './memory-need.js';
import { frameNeed } from './physical-memory.js';
import type {
  ActorPlan,
  MachinePlan,
  Plan,
  RegionPlan,
  RolePlan,
  RunPlan,
  UserLock,
} from './plan.js';
import type { Role, Workload } from './schema.js';
import type { Path, WorkloadSource } from './source.js';
import { checkSpans } from './spans.js';
import { shareThreads } from './thread-shares.js';
import { formatDuration } from './units.js';

/** What the command line and the machine decide. */
export interface CompileOptions {
  readonly seed: number;
  /** `--threads`; absent: `cores`, as far as the roles leave a choice. */
  readonly threads?: number | undefined;
  /** Where the file says so, of threads that are a matrix's. */
  readonly threadsAt?: Path | undefined;
  readonly cores: number;
  /** Bytes: `--memory`; absent: `space.memory`, or `usualMemory`. */
  readonly memory?: number | undefined;
  readonly usualMemory: number;
  /** ns; absent: the workload's. */
  readonly duration?: number | undefined;
  readonly warmup?: number | undefined;
  readonly blocks?: number | undefined;
  /** Blocks where neither the workload nor the command line says; absent: the usual number. */
  readonly usualBlocks?: number | undefined;
  /** Short windows and few blocks, where nothing else is asked for. */
  readonly quick?: boolean | undefined;
  /** Some strategy gives each thread an address space of its own. */
  readonly privateWorlds?: boolean | undefined;
  readonly userLocks?: Readonly<Record<string, UserLock>> | undefined;
  /** For `sim`: windows are then in virtual time. */
  readonly machine?: MachinePlan | undefined;
}

export type Compiled =
  | { readonly ok: true; readonly plan: Plan; readonly notes: readonly string[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** What a run is where neither the file nor the command line says. */
export const usualRun: RunPlan = { durationNs: 1e9, warmupNs: 1e9, blocks: 20 };
/** The same in virtual time, of which a window takes the longer to simulate the more CPUs there are. */
export const usualSimRun = { durationNs: 10e6, warmupNs: 2e6 };
const quickRun: RunPlan = { durationNs: 250e6, warmupNs: 300e6, blocks: 9 };

/** Windows below this catch too few of the rare events that tails are made of. */
const shortWindowNs = 250e6;

const usualIoNs = 80e3;

/**
 * Turns a workload into a plan: threads dealt to roles, everything that the file leaves out filled in, and
 * the memory that it takes bounded. Finds what only the number of threads and the memory can tell.
 */
export function compile(
  workload: Workload,
  source: WorkloadSource,
  options: CompileOptions,
): Compiled {
  const shares = shareThreads(workload.roles, options.threads, options.cores);
  if (!shares.ok) {
    const { threadsAt } = options;
    const fault =
      threadsAt === undefined
        ? wholeFile(source.file, diagnosticCodes.threads, shares.message)
        : source.diagnostic(
            diagnosticCodes.threads,
            threadsAt,
            shares.message.replace(/^--threads/, 'threads'),
          );
    return { ok: false, diagnostics: [fault] };
  }
  const { counts } = shares.value;
  const notes = [...shares.value.notes];
  const processes = workload.space?.processes ?? 1;
  const regions = compileRegions(workload);
  const sizes = new Map<string, RegionSize>(
    regions.map((region, index) => [region.name, { index, pages: region.vmas * region.pages }]),
  );
  const headline = Math.max(
    0,
    workload.roles.findIndex((role) => role.main),
  );
  let mappable = 0;
  const roles = workload.roles.map((role, index): RolePlan => {
    const threads = counts[index] ?? 1;
    const { ops, rows, mappedPages, grownPages } = compileOperations(role.ops, sizes);
    mappable += threads * Math.max(mappedPages, grownPages);
    return {
      name: role.name,
      main: index === headline,
      threads,
      ops,
      weighted: role.ops.some((entry) => entry.weight !== undefined),
      rows,
      thinkNs: role.think ?? 0,
      rate: role.rate ?? 0,
      arrival: role.arrival ?? 'poisson',
    };
  });
  const actors = workload.roles.flatMap((role, index) =>
    compileActors(role, index, counts[index] ?? 1, processes),
  );
  const run = compileRun(workload, options);
  noteRoles(workload, counts, notes);
  if (options.machine === undefined && run.durationNs < shortWindowNs) {
    const window = formatDuration(run.durationNs);
    notes.push(
      `windows of ${window} are short: tails need ${formatDuration(shortWindowNs)} or more`,
    );
  }
  const need = frameNeed({ processes, regions }, roles);
  const plan: Plan = {
    workload: workload.name,
    seed: options.seed,
    threads: actors.length,
    space: {
      processes,
      regions,
      // Mappings of different sizes leave gaps that only some of them fit into: twice what is used at once.
      mappablePages: mappable === 0 ? 0 : 2 * mappable + 512,
      frames: need.frames,
      memoryBytes: options.memory ?? workload.space?.memory ?? options.usualMemory,
      notifierShare: workload.space?.notifier?.share ?? 0,
      notifierNs: workload.space?.notifier?.callback ?? 0,
    },
    roles,
    actors,
    run,
    userLocks: options.userLocks ?? {},
    ...(options.machine === undefined ? {} : { machine: options.machine }),
  };
  const diagnostics = [
    ...checkSpans(plan, workload, source),
    ...checkMemory(plan, need, options.privateWorlds ?? false, source),
  ];
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, plan, notes };
}

function compileRegions(workload: Workload): RegionPlan[] {
  return (workload.space?.regions ?? []).map((region) => ({
    name: region.name,
    kind: region.kind,
    vmas: region.vmas,
    pages: region.pages,
    resident: region.resident ?? (region.kind === 'file' ? 1 : 0),
    ioNs: region.io ?? usualIoNs,
    writable: region.writable ?? !region.executable,
    shared: region.shared,
    executable: region.executable,
    probes: region.probes,
  }));
}

function compileActors(role: Role, index: number, threads: number, processes: number): ActorPlan[] {
  return Array.from({ length: threads }, (_, i) => ({
    role: index,
    index: i,
    process: role.process ?? i % processes,
  }));
}

function compileRun(workload: Workload, options: CompileOptions): RunPlan {
  const { sim, ...real } = workload.run ?? {};
  const times = options.machine === undefined ? real : sim;
  const usual = options.machine === undefined ? usualRun : usualSimRun;
  const own: RunPlan = {
    durationNs: times?.duration ?? usual.durationNs,
    warmupNs: times?.warmup ?? usual.warmupNs,
    blocks: times?.blocks ?? real.blocks ?? options.usualBlocks ?? usualRun.blocks,
  };
  const base: RunPlan =
    options.quick === true
      ? {
          durationNs: Math.min(own.durationNs, quickRun.durationNs),
          warmupNs: Math.min(own.warmupNs, quickRun.warmupNs),
          blocks: Math.min(own.blocks, quickRun.blocks),
        }
      : own;
  return {
    durationNs: options.duration ?? base.durationNs,
    warmupNs: options.warmup ?? base.warmupNs,
    blocks: options.blocks ?? base.blocks,
  };
}

/** A role with a share of the threads is meant to contend within itself. */
function noteRoles(workload: Workload, counts: readonly number[], notes: string[]): void {
  for (const [index, { name, threads }] of workload.roles.entries()) {
    if (!('share' in threads) || counts[index] !== 1) continue;
    notes.push(
      `role ${name} has one thread, so nothing contends within it: more --threads show that`,
    );
  }
}
