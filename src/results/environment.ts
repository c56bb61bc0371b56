import { readFileSync } from 'node:fs';
import {
  availableParallelism,
  cpus as machineCpus,
  hostname,
  loadavg,
  release,
  totalmem,
} from 'node:os';

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
  /** Load averages over 1, 5 and 15 minutes, at the start. */
  readonly load: readonly number[];
  /** Share of the run's CPU time that the hypervisor gave to others; null until the end or where not told. */
  readonly stealShare: number | null;
  readonly governor: string | null;
  /** Frequencies above the nominal one allowed. */
  readonly turbo: boolean | null;
  /** Setting of transparent huge pages: `always`, `madvise` or `never`. */
  readonly hugePages: string | null;
  /** Runs under a hypervisor. */
  readonly virtualised: boolean | null;
}

/** Text of a file, or null if it cannot be read. */
export type ReadText = (path: string) => string | null;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** An environment whose run goes on, with what its end is measured from. */
export interface EnvironmentStart {
  readonly environment: Environment;
  readonly startedMs: number;
  readonly ticks: CpuTicks | null;
}

interface CpuTicks {
  readonly total: number;
  readonly steal: number;
}

/** Looks at the machine before a run. */
export function beginEnvironment(startedMs: number, read: ReadText = readText): EnvironmentStart {
  const cpuinfo = read('/proc/cpuinfo');
  const limit = process.constrainedMemory();
  const environment: Environment = {
    started: new Date(startedMs).toISOString(),
    finished: null,
    seconds: null,
    host: hostname(),
    cpuModel: field(cpuinfo, 'model name') ?? machineCpus()[0]?.model ?? null,
    cpus: availableParallelism(),
    cores: countCores(cpuinfo),
    sockets: countDistinct(cpuinfo, 'physical id'),
    numaNodes: countList(read('/sys/devices/system/node/online')),
    cpuQuota: readCpuQuota(read),
    memoryBytes: limit > 0 ? Math.min(totalmem(), limit) : totalmem(),
    architecture: process.arch,
    kernel: release(),
    node: process.versions.node,
    v8: process.versions.v8,
    load: loadavg(),
    stealShare: null,
    governor: trimmed(read('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')),
    turbo: readTurbo(read),
    hugePages:
      /\[(\w+)\]/.exec(read('/sys/kernel/mm/transparent_hugepage/enabled') ?? '')?.[1] ?? null,
    virtualised:
      cpuinfo === null || !/^flags/m.test(cpuinfo)
        ? null
        : / hypervisor( |$)/m.test(field(cpuinfo, 'flags') ?? ''),
  };
  return { environment, startedMs, ticks: readTicks(read) };
}

/** The same, with what only the end of the run tells. */
export function finishEnvironment(
  start: EnvironmentStart,
  finishedMs: number,
  read: ReadText = readText,
): Environment {
  const end = readTicks(read);
  const passed = end === null || start.ticks === null ? 0 : end.total - start.ticks.total;
  return {
    ...start.environment,
    finished: new Date(finishedMs).toISOString(),
    seconds: (finishedMs - start.startedMs) / 1000,
    stealShare:
      end === null || start.ticks === null || passed <= 0
        ? null
        : (end.steal - start.ticks.steal) / passed,
  };
}

const trimmed = (text: string | null): string | null => {
  const shown = text?.trim() ?? '';
  return shown === '' ? null : shown;
};

/** First value of a `name : value` line. */
function field(cpuinfo: string | null, name: string): string | null {
  if (cpuinfo === null) return null;
  return trimmed(new RegExp(`^${name}\\s*:(.*)$`, 'm').exec(cpuinfo)?.[1] ?? null);
}

function countDistinct(cpuinfo: string | null, name: string): number | null {
  const found = (cpuinfo ?? '').matchAll(new RegExp(`^${name}\\s*:(.*)$`, 'gm'));
  const values = new Set(Array.from(found, (match) => match[1]?.trim()));
  return values.size === 0 ? null : values.size;
}

/** A core is one `core id` of one `physical id`; ARM names neither. */
function countCores(cpuinfo: string | null): number | null {
  const cores = new Set<string>();
  for (const cpu of (cpuinfo ?? '').split('\n\n')) {
    const core = field(cpu, 'core id');
    if (core !== null) cores.add(`${field(cpu, 'physical id') ?? ''}/${core}`);
  }
  return cores.size === 0 ? null : cores.size;
}

/** How many numbers a list such as `0-3,8` holds. */
function countList(list: string | null): number | null {
  if (trimmed(list) === null) return null;
  let count = 0;
  for (const part of (list ?? '').trim().split(',')) {
    const [first, last] = part.split('-').map(Number);
    if (first === undefined || Number.isNaN(first)) return null;
    count += (last ?? first) - first + 1;
  }
  return count;
}

/** CPUs' worth of time that the control group (version 2, else 1) allows; null if it sets no limit. */
function readCpuQuota(read: ReadText): number | null {
  const group = /^0::(\S+)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '/';
  for (const directory of [`/sys/fs/cgroup${group === '/' ? '' : group}`, '/sys/fs/cgroup']) {
    const [quota, period] = (read(`${directory}/cpu.max`) ?? '').trim().split(' ').map(Number);
    if (quota !== undefined && period !== undefined && quota > 0) return quota / period;
  }
  const quota = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') ?? -1);
  const period = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us') ?? -1);
  return quota > 0 && period > 0 ? quota / period : null;
}

function readTurbo(read: ReadText): boolean | null {
  const forbidden = trimmed(read('/sys/devices/system/cpu/intel_pstate/no_turbo'));
  if (forbidden !== null) return forbidden === '0';
  const boost = trimmed(read('/sys/devices/system/cpu/cpufreq/boost'));
  return boost === null ? null : boost === '1';
}

/** All CPUs' time since boot by proc(5): user nice system idle iowait irq softirq steal; guests are in user. */
function readTicks(read: ReadText): CpuTicks | null {
  const line = /^cpu (.*)$/m.exec(read('/proc/stat') ?? '')?.[1];
  const ticks = line?.trim().split(/\s+/).slice(0, 8).map(Number) ?? [];
  const steal = ticks[7];
  return steal === undefined ? null : { total: ticks.reduce((a, b) => a + b, 0), steal };
}
