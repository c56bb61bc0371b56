import type { Machine, ReadText } from './machine.js';
import { absent, failureOf, found, unreadable, whenRead, type Reading } from './reading.js';

/** CPU time that a control group allows. */
export interface CpuQuota {
  /** CPUs' worth of it. */
  readonly cpus: number;
  readonly periodMs: number;
  /** Folder of the group that sets it. */
  readonly group: string;
}

/** How often a control group used up its quota. */
export interface Throttling {
  readonly periods: number;
  readonly throttled: number;
}

/**
 * The least CPU quota of this process's control group and those above it, version 2 or 1; null where none sets
 * one. Absent without control groups; unreadable where one of them does not show its own.
 */
export function readCpuQuota(machine: Machine): Reading<CpuQuota | null> {
  const limits = groupFolders(machine.read).map((group) => readLimit(machine.read, group));
  const failure = failureOf(limits);
  if (failure?.absent === false) return failure;
  const known = limits.flatMap((limit) => (limit.ok ? [limit.value] : []));
  if (known.length === 0 && !machine.read('/sys/fs/cgroup/cgroup.controllers').ok) {
    return absent('no control group that limits CPU time is mounted below /sys/fs/cgroup');
  }
  const [least] = known.flatMap((limit) => limit ?? []).sort((a, b) => a.cpus - b.cpus);
  return found(least ?? null);
}

/** `cpu.stat` of each group that may limit this process, innermost first. */
export const throttlingFiles = (read: ReadText): readonly string[] =>
  groupFolders(read).map((group) => `${group}/cpu.stat`);

/** What the group's own counters say. */
export function readThrottling(read: ReadText, group: string): Reading<Throttling> {
  const path = `${group}/cpu.stat`;
  const text = read(path);
  if (!text.ok) return text;
  const counter = (name: string): number =>
    Number(new RegExp(`^${name} (\\d{1,15})$`, 'm').exec(text.value)?.[1] ?? NaN);
  const periods = counter('nr_periods');
  const throttled = counter('nr_throttled');
  return Number.isNaN(periods + throttled)
    ? unreadable(`${path} does not count throttled periods`)
    : found({ periods, throttled });
}

/** Folders of this process's group and those above it, in both versions. */
function groupFolders(read: ReadText): readonly string[] {
  const own = read('/proc/self/cgroup');
  const text = own.ok ? own.value : '';
  const second = /^0::(\/.*)$/m.exec(text)?.[1] ?? '/';
  const first = /^\d+:(?:[^:\n]*,)?cpu(?:,[^:\n]*)?:(\/.*)$/m.exec(text)?.[1] ?? '/';
  return [...upwards('/sys/fs/cgroup', second), ...upwards('/sys/fs/cgroup/cpu', first)];
}

/** Groups are nested a few deep; a file that says otherwise is not the kernel's. */
const deepest = 64;

function upwards(root: string, group: string): readonly string[] {
  // A group outside the own namespace is shown as `/../x`: what lies there cannot be seen.
  const names = group
    .split('/')
    .filter((name) => name !== '' && name !== '..')
    .slice(0, deepest);
  return Array.from({ length: names.length + 1 }, (_, up) =>
    [root, ...names.slice(0, names.length - up)].join('/'),
  );
}

/** Null: unlimited. Absent: the group limits no CPU time. */
function readLimit(read: ReadText, group: string): Reading<CpuQuota | null> {
  const second = read(`${group}/cpu.max`);
  if (second.ok || !second.absent) {
    return whenRead(second, (text) => limitOf(text.trim().split(' '), group));
  }
  return whenRead(read(`${group}/cpu.cfs_quota_us`), (quota) =>
    whenRead(read(`${group}/cpu.cfs_period_us`), (period) =>
      limitOf([quota.trim(), period.trim()], group),
    ),
  );
}

function limitOf([quota, period]: readonly string[], group: string): Reading<CpuQuota | null> {
  if (quota === 'max' || quota === '-1') return found(null);
  const [quotaUs, periodUs] = [Number(quota), Number(period)];
  return quotaUs > 0 && periodUs > 0 && Number.isFinite(quotaUs / periodUs)
    ? found({ cpus: quotaUs / periodUs, periodMs: periodUs / 1000, group })
    : unreadable(`the CPU quota of ${group} was not understood`);
}
