import type { Machine, ReadText } from './machine.js';
import { found, unreadable, type Reading } from './reading.js';

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
 * one. Unreadable without control groups.
 */
export function readCpuQuota(machine: Machine): Reading<CpuQuota | null> {
  let least: CpuQuota | null = null;
  let any = machine.read('/sys/fs/cgroup/cgroup.controllers').ok;
  for (const group of groupFolders(machine.read)) {
    const limit = readLimit(machine.read, group);
    if (limit === undefined) continue;
    any = true;
    if (limit !== null && (least === null || limit.cpus < least.cpus)) least = limit;
  }
  return any
    ? found(least)
    : unreadable('no control group that limits CPU time is mounted below /sys/fs/cgroup');
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

/** Null: unlimited. Undefined: the group does not say. */
function readLimit(read: ReadText, group: string): CpuQuota | null | undefined {
  const second = read(`${group}/cpu.max`);
  if (second.ok) return limitOf(second.value.trim().split(' '), group);
  const quota = read(`${group}/cpu.cfs_quota_us`);
  const period = read(`${group}/cpu.cfs_period_us`);
  return quota.ok && period.ok
    ? limitOf([quota.value.trim(), period.value.trim()], group)
    : undefined;
}

function limitOf([quota, period]: readonly string[], group: string): CpuQuota | null | undefined {
  if (quota === 'max' || quota === '-1') return null;
  const [quotaUs, periodUs] = [Number(quota), Number(period)];
  return quotaUs > 0 && periodUs > 0 && Number.isFinite(quotaUs / periodUs)
    ? { cpus: quotaUs / periodUs, periodMs: periodUs / 1000, group }
    : undefined;
}
