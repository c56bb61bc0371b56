import type { MachinePlan, Plan, RolePlan } from './plan.js';
import { formatDuration, formatSize } from './units.js';

/** Between two windows: ending and starting threads, wiping the memory. s. */
const betweenTrialsSeconds = 0.15;

/** What the plan of a run is besides the plan itself. */
export interface PlanSetting {
  readonly strategies: number;
  /** What to call it, if not as the workload. */
  readonly name?: string;
  /** Blocks as rounded for the statistics; absent: the plan's. */
  readonly blocks?: number;
  /** Bytes that a trial takes; absent: what the plan may take. */
  readonly needBytes?: number;
}

/** Seconds that the run takes at most: every warm-up runs to its cap. */
export function estimateSeconds(plan: Plan, setting: PlanSetting): number {
  const blocks = setting.blocks ?? plan.run.blocks;
  const trial = (plan.run.durationNs + plan.run.warmupNs) / 1e9 + betweenTrialsSeconds;
  return blocks * setting.strategies * trial;
}

/** A plan as a person reads it, for `--dry-run`: who does what where, how long, and in how much memory. */
export function resolvePlanText(plan: Plan, setting: PlanSetting): string {
  const { space, run } = plan;
  const blocks = setting.blocks ?? run.blocks;
  const lines = [
    `${setting.name ?? plan.workload}: ${many(plan.threads, 'thread')} in ${many(space.processes, 'process', 'processes')}`,
    ...plan.roles.map((role, index) => roleLine(plan, role, index)),
    ...space.regions.map((region) => {
      const pages = region.vmas * region.pages;
      const parts = [
        `${many(region.vmas, 'VMA')} of ${many(region.pages, 'page')} (${formatSize(pages * 4096)})`,
        ...(region.resident > 0 ? [`${percent(region.resident)} resident`] : []),
        ...(region.kind === 'file' && region.resident < 1
          ? [`${formatDuration(region.ioNs)} to read a page`]
          : []),
        ...(region.executable ? ['executable'] : []),
        ...(region.shared ? ['shared'] : []),
        ...(region.probes > 0 ? [`${many(region.probes, 'probe')} a VMA`] : []),
      ];
      return `  region ${region.name}: ${region.kind}, ${parts.join(', ')}`;
    }),
    ...(space.notifierShare > 0
      ? [
          `  notifiers: ${percent(space.notifierShare)} of unmapped pages, callbacks of ${formatDuration(space.notifierNs)}`,
        ]
      : []),
    ...(plan.machine === undefined ? [] : [machineLine(plan.machine)]),
    `  memory: ${setting.needBytes === undefined ? '' : `${formatSize(setting.needBytes)} needed, `}${formatSize(space.memoryBytes)} given, ${many(space.frames, 'frame')} of 4 KiB`,
    `  run: ${many(blocks, 'block')} of ${many(setting.strategies, 'strategy', 'strategies')}, windows of ${formatDuration(run.durationNs)} after a warm-up of at most ${formatDuration(run.warmupNs)}: ${plan.machine === undefined ? `at most ${formatSeconds(estimateSeconds(plan, setting))}` : 'virtual time'}`,
    `  seed: 0x${(plan.seed >>> 0).toString(16)}`,
  ];
  return `${lines.join('\n')}\n`;
}

const machineLine = ({ profile, cpus }: MachinePlan): string =>
  `  machine: ${profile.name}, ${many(cpus, 'CPU')}`;

function roleLine(plan: Plan, role: RolePlan, index: number): string {
  const processes = [
    ...new Set(plan.actors.flatMap((actor) => (actor.role === index ? actor.process : []))),
  ];
  const loop =
    role.rate > 0
      ? `open loop, ${role.rate} rounds/s (${role.arrival})`
      : `closed loop, think ${formatDuration(role.thinkNs)}`;
  const where = plan.space.processes === 1 ? '' : `, in process ${processes.join(', ')}`;
  const ops = role.ops.map((op) => op.op).join(role.weighted ? ' | ' : ', ');
  return `  role ${role.name}${role.main ? ' (headline)' : ''}: ${many(role.threads, 'thread')}${where}, ${loop}: ${ops}`;
}

const many = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`;

const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`;

/** `45s`, `3m20s`. */
function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60
    ? `${whole}s`
    : `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
}
