import { cpus as machineCpus, hostname, release, totalmem } from 'node:os';
import { readCpuQuota } from '../system/control-group.js';
import { readTicks, stealShare, type CpuTicks } from '../system/cpu-time.js';
import { countCores, countSockets, cpuinfoField } from '../system/cpuinfo.js';
import { readGovernors, readTurbo } from '../system/frequency.js';
import { readHugePages } from '../system/huge-pages.js';
import { thisMachine } from '../system/machine.js';
import { orNull } from '../system/reading.js';
import { readList } from '../system/values.js';
import { readHypervisor } from '../system/virtualisation.js';

/** What a run ran on. Null is 'could not be read', and never a guess. */
export interface Environment {
  /** UTC, ISO 8601. */
  readonly started: string;
  /** Null while the run goes on, or when it died. */
  readonly finished: string | null;
  readonly seconds: number | null;
  readonly host: string;
  readonly cpuModel: string | null;
  /** Logical CPUs that this process may use. */
  readonly cpus: number;
  /** Physical cores and sockets of the machine. */
  readonly cores: number | null;
  readonly sockets: number | null;
  readonly numaNodes: number | null;
  /** CPUs' worth of time that the control group allows; null where there is no limit. */
  readonly cpuQuota: number | null;
  readonly memoryBytes: number;
  readonly architecture: string;
  readonly kernel: string;
  readonly node: string;
  readonly v8: string;
  /** Load averages over 1, 5 and 15 minutes, at the start; empty where the system has none. */
  readonly load: readonly number[];
  /** Share of the run's CPU time that the hypervisor gave to others; null until the end or where not told. */
  readonly stealShare: number | null;
  /** The frequency governor; several, separated by commas, where CPUs differ. */
  readonly governor: string | null;
  /** Frequencies above the nominal one allowed. */
  readonly turbo: boolean | null;
  /** Setting of transparent huge pages: `always`, `madvise` or `never`. */
  readonly hugePages: string | null;
  /** Runs under a hypervisor. */
  readonly virtualised: boolean | null;
}

/** An environment whose run goes on, with what its end is measured from. */
export interface EnvironmentStart {
  readonly environment: Environment;
  readonly startedMs: number;
  readonly ticks: CpuTicks | null;
}

/** Looks at the machine before a run. */
export function beginEnvironment(startedMs: number, machine = thisMachine()): EnvironmentStart {
  const cpuinfo = orNull(machine.read('/proc/cpuinfo')) ?? '';
  const hypervisor = readHypervisor(machine);
  const limit = process.constrainedMemory();
  const environment: Environment = {
    started: new Date(startedMs).toISOString(),
    finished: null,
    seconds: null,
    host: hostname(),
    cpuModel: cpuinfoField(cpuinfo, 'model name') ?? machineCpus()[0]?.model ?? null,
    cpus: machine.cpus,
    cores: countCores(cpuinfo),
    sockets: countSockets(cpuinfo),
    numaNodes: orNull(readList(machine.read, '/sys/devices/system/node/online'))?.count ?? null,
    cpuQuota: orNull(readCpuQuota(machine))?.cpus ?? null,
    memoryBytes: limit > 0 ? Math.min(totalmem(), limit) : totalmem(),
    architecture: process.arch,
    kernel: release(),
    node: process.versions.node,
    v8: process.versions.v8,
    load: orNull(machine.load) ?? [],
    stealShare: null,
    governor: joined(orNull(readGovernors(machine))),
    turbo: orNull(readTurbo(machine))?.allowed ?? null,
    hugePages: orNull(readHugePages(machine)),
    virtualised: hypervisor.ok ? hypervisor.value !== null : null,
  };
  return { environment, startedMs, ticks: orNull(readTicks(machine.read)) };
}

/** CPUs may have different governors. */
const joined = (words: readonly string[] | null): string | null =>
  words === null ? null : [...new Set(words)].join(', ');

/** The same, with what only the end of the run tells. */
export function finishEnvironment(
  start: EnvironmentStart,
  finishedMs: number,
  machine = thisMachine(),
): Environment {
  const end = orNull(readTicks(machine.read));
  return {
    ...start.environment,
    finished: new Date(finishedMs).toISOString(),
    seconds: (finishedMs - start.startedMs) / 1000,
    stealShare: end === null || start.ticks === null ? null : stealShare(start.ticks, end),
  };
}
