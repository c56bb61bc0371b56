import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import type { Environment } from './environment.js';
import type { Result, WorkloadResult } from './result.js';
import type { MachinePlan } from '../workload/plan.js';
import { formatDuration } from '../workload/units.js';

/**
 * What must be the same in two runs for their ratios to be compared, by names for the screen. Null is what could
 * not be read, which equals nothing; what such a system does not have at all is `none`, which equals itself.
 */
export type Fingerprint = Readonly<Record<string, string | null>>;

/** A field of which two runs have different values, or one that either could not read. */
export interface FieldDifference {
  readonly field: string;
  readonly base: string | null;
  readonly head: string | null;
}

/**
 * The machine and what runs on it. Of versions, what changes how locks perform: kernel 6.8, Node 20, V8 without
 * Node's own patches to it. Readings of a clock or of load are no part of it: they differ from run to run.
 */
export function machineFingerprint(environment: Environment): Fingerprint {
  const field = (name: MachineField): string | null => {
    const value = environment[name];
    if (value === null) return environment.unreadable.includes(name) ? null : 'none';
    return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  };
  return {
    'CPU model': field('cpuModel'),
    architecture: field('architecture'),
    CPUs: field('cpus'),
    cores: field('cores'),
    sockets: field('sockets'),
    SMT: field('smt'),
    'CPU quota': field('cpuQuota'),
    governor: field('governor'),
    'huge pages': field('hugePages'),
    container: field('container'),
    'virtual machine': field('virtualised'),
    kernel: leading(environment.kernel, 2),
    Node: leading(environment.node, 1),
    V8: environment.v8.replace(/-.*$/, ''),
  };
}

type MachineField =
  | 'cpuModel'
  | 'architecture'
  | 'cpus'
  | 'cores'
  | 'sockets'
  | 'smt'
  | 'cpuQuota'
  | 'governor'
  | 'hugePages'
  | 'container'
  | 'virtualised';

/** The first numbers of a version: `6.8` of `6.8.0-45-generic`. */
const leading = (version: string, numbers: number): string =>
  version.split('.').slice(0, numbers).join('.');

/** A simulated machine is its name and what everything costs on it: two files may have one name. */
export const simulatedFingerprint = ({ profile, cpus }: MachinePlan): Fingerprint => ({
  machine: profile.name,
  'machine profile': shortHash(JSON.stringify(profile)),
  CPUs: String(cpus),
});

/** The machine, the engine, and one workload as it was run. */
export function fingerprintOf(
  { environment, engine, schemaVersion }: Pick<Result, 'environment' | 'engine' | 'schemaVersion'>,
  { text, plan, cell }: Pick<WorkloadResult, 'text' | 'plan' | 'cell'>,
): Fingerprint {
  return {
    ...(environment === null ? {} : machineFingerprint(environment)),
    ...(plan.machine === undefined ? {} : simulatedFingerprint(plan.machine)),
    'result schema': String(schemaVersion),
    engine,
    threads: String(plan.threads),
    window: formatDuration(plan.run.durationNs),
    'warm-up': formatDuration(plan.run.warmupNs),
    'workload hash': workloadHash(text),
    ...(cell === undefined ? {} : { cell: cell.name }),
  };
}

/** Keys of a workload that say what is compared and judged, not what is run, and those whose values have fields. */
const notRun = ['about', 'baseline', 'strategies', 'expect', 'gate', 'run', 'matrix'];

/**
 * Hash of what a workload runs: its text without comments, layout, and the keys that do not change what a strategy
 * is made to do, so that another margin or one more strategy does not make a saved baseline worthless.
 */
export function workloadHash(text: string): string {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  const computed = hashOf(text);
  hashes.set(text, computed);
  return computed;
}

/** A history of runs holds the same text in every one of them. */
const hashes = new Map<string, string>();

const shortHash = (of: string): string =>
  createHash('sha256').update(of).digest('hex').slice(0, 16);

function hashOf(text: string): string {
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    return shortHash(text);
  }
  if (typeof content !== 'object' || content === null) return shortHash(text);
  const run = Object.entries(content).filter(([key]) => !notRun.includes(key));
  return shortHash(JSON.stringify(Object.fromEntries(run)));
}

/** In what two fingerprints differ, in the order of their fields. */
export function differences(base: Fingerprint, head: Fingerprint): FieldDifference[] {
  return [...new Set([...Object.keys(base), ...Object.keys(head)])].flatMap((field) => {
    const one = base[field] ?? null;
    const other = head[field] ?? null;
    return one !== null && one === other ? [] : [{ field, base: one, head: other }];
  });
}

/** The workloads of a result that were run as one of this fingerprint is, against the same reference strategy. */
export const runsAlike = (
  result: Result,
  fingerprint: Fingerprint,
  reference: string,
): readonly WorkloadResult[] =>
  result.workloads.filter(
    (workload) =>
      workload.reference === reference &&
      differences(fingerprintOf(result, workload), fingerprint).length === 0,
  );

/** `kernel: 6.8 in base, 6.11 in head`, by what the two runs are called. */
export function differenceText(
  { field, base, head }: FieldDifference,
  baseName = 'base',
  headName = 'head',
): string {
  if (base === null && head === null) return `${field}: could not be read in either`;
  const shown = (value: string | null): string => value ?? 'could not be read';
  return `${field}: ${shown(base)} in ${baseName}, ${shown(head)} in ${headName}`;
}
