import type { ReadText } from './machine.js';
import { found, whenRead, type Reading } from './reading.js';
import { unexpected } from './values.js';

/** Where CPU time is counted. */
export const cpuTimeFile = '/proc/stat';

/** All CPUs' time since boot, in ticks of the system's own length. */
export interface CpuTicks {
  readonly total: number;
  /** Time in which a CPU could have run but the hypervisor gave it to others. */
  readonly steal: number;
}

/** By proc(5): user nice system idle iowait irq softirq steal; guests are in user. */
export const readTicks = (read: ReadText): Reading<CpuTicks> =>
  whenRead(read(cpuTimeFile), (text) => {
    const line = /^cpu (.*)$/m.exec(text)?.[1];
    const ticks = line?.trim().split(/\s+/).slice(0, 8).map(Number) ?? [];
    const steal = ticks[7];
    const total = ticks.reduce((a, b) => a + b, 0);
    return steal === undefined || !Number.isFinite(total)
      ? unexpected(cpuTimeFile)
      : found({ total, steal });
  });

/** Share of the time in between that was stolen; null where no time has passed. */
export function stealShare(before: CpuTicks, after: CpuTicks): number | null {
  const passed = after.total - before.total;
  return passed <= 0 ? null : Math.max(0, after.steal - before.steal) / passed;
}

/** Above this share the machine was not the run's own. */
export const stealWorthNoting = 0.01;

/** Whether others keep the CPUs busy: a load, averaged over a minute, of half a CPU and a quarter of all. */
export const isLoaded = (load: number, cpus: number): boolean => load > Math.max(0.5, cpus * 0.25);
