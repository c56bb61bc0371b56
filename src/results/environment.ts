import { cpus as machineCpus, hostname, release, totalmem } from 'node:os';
import { readCpuQuota } from '../system/control-group.js';
import { readTicks, stealShare, type CpuTicks } from '../system/cpu-time.js';
import { countCores, countSockets, cpuModel } from '../system/cpuinfo.js';
import { readGovernors, readTurbo } from '../system/frequency.js';
import { readHugePages } from '../system/huge-pages.js';
import { thisMachine, type Machine } from '../system/machine.js';
import { found, orNull, unreadable, whenRead, type Reading } from '../system/reading.js';
import { readSmt } from '../system/smt.js';
import { readList } from '../system/values.js';
import { readContainer, readHypervisor } from '../system/virtualisation.js';

/** What a run ran on. Null is 'there is none', unless `unreadable` names the field; never a guess. */
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
  /** Some core has more than one of its threads online. */
  readonly smt: boolean | null;
  /** The engine whose container it runs in; null without a sign of one. */
  readonly container: string | null;
  /** Names of fields that are null because what is there could not be read. */
  readonly unreadable: readonly string[];
}

/** An environment whose run goes on, with what its end is measured from. */
export interface EnvironmentStart {
  readonly environment: Environment;
  readonly startedMs: number;
  readonly ticks: CpuTicks | null;
}

/** Looks at the machine before a run. */
export function beginEnvironment(startedMs: number, machine = thisMachine()): EnvironmentStart {
  const readings = readMachine(machine);
  const limit = process.constrainedMemory();
  const environment: Environment = {
    started: new Date(startedMs).toISOString(),
    finished: null,
    seconds: null,
    host: hostname(),
    cpuModel: orNull(readings.cpuModel),
    cpus: machine.cpus,
    cores: orNull(readings.cores),
    sockets: orNull(readings.sockets),
    numaNodes: orNull(readings.numaNodes),
    cpuQuota: orNull(readings.cpuQuota),
    memoryBytes: limit > 0 ? Math.min(totalmem(), limit) : totalmem(),
    architecture: process.arch,
    kernel: release(),
    node: process.versions.node,
    v8: process.versions.v8,
    load: orNull(machine.load) ?? [],
    stealShare: null,
    governor: orNull(readings.governor),
    turbo: orNull(readings.turbo),
    hugePages: orNull(readings.hugePages),
    virtualised: orNull(readings.virtualised),
    smt: orNull(readings.smt),
    container: orNull(readings.container),
    unreadable: Object.entries(readings).flatMap(([name, reading]) =>
      reading.ok || reading.absent ? [] : [name],
    ),
  };
  return { environment, startedMs, ticks: orNull(readTicks(machine.read)) };
}

/** What may not be there, and what may be there and not be shown, by the names that the environment has for it. */
function readMachine(machine: Machine) {
  const cpuinfo = machine.read('/proc/cpuinfo');
  const nodes = readList(machine.read, '/sys/devices/system/node/online');
  return {
    cpuModel: readCpuModel(cpuinfo),
    cores: mapped(cpuinfo, countCores),
    sockets: mapped(cpuinfo, countSockets),
    numaNodes: mapped(nodes, ({ count }) => count),
    cpuQuota: mapped(readCpuQuota(machine), (quota) => quota?.cpus ?? null),
    // CPUs may have different governors.
    governor: mapped(readGovernors(machine), (words) => [...new Set(words)].join(', ')),
    turbo: mapped(readTurbo(machine), ({ allowed }) => allowed),
    hugePages: readHugePages(machine),
    virtualised: mapped(readHypervisor(machine), (hypervisor) => hypervisor !== null),
    smt: readSmt(machine),
    container: readContainer(machine),
  };
}

const mapped = <T, U>(reading: Reading<T>, make: (value: T) => U): Reading<U> =>
  whenRead(reading, (value) => found(make(value)));

/** Every machine has a model, so that it is never absent: what nobody tells is unreadable. */
function readCpuModel(cpuinfo: Reading<string>): Reading<string> {
  const told = machineCpus()[0]?.model ?? 'unknown';
  const model = cpuModel(orNull(cpuinfo) ?? '') ?? (told === 'unknown' ? null : told.trim());
  return model === null ? unreadable('neither the system nor Node names the CPU') : found(model);
}

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
