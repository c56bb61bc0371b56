import type { Machine } from './machine.js';
import { absent, failureOf, found, whenRead, type Reading } from './reading.js';
import { readCount, readPerCpu, readWord } from './values.js';

/** The frequency governor of each CPU that has one. */
export const readGovernors = (machine: Machine): Reading<readonly string[]> =>
  readPerCpu(machine, 'cpufreq/scaling_governor', readWord);

/** Whether frequencies above the nominal one are allowed, and the file that says so. */
export interface Turbo {
  readonly allowed: boolean;
  readonly path: string;
  /** What to write to it to forbid them. */
  readonly off: 0 | 1;
}

const turboFiles = [
  { path: '/sys/devices/system/cpu/intel_pstate/no_turbo', off: 1 },
  { path: '/sys/devices/system/cpu/cpufreq/boost', off: 0 },
  { path: '/sys/devices/system/cpu/cpufreq/policy0/boost', off: 0 },
] as const;

/** Drivers differ in where they say it. */
export function readTurbo(machine: Machine): Reading<Turbo> {
  const readings = turboFiles.map(({ path, off }) =>
    whenRead(readCount(machine.read, path), (value) =>
      found({ allowed: value !== off, path, off }),
    ),
  );
  return readings.find(({ ok }) => ok) ?? failureOf(readings) ?? absent('no driver says');
}

/** Frequency of each CPU at this moment, kHz. */
export const readFrequencies = (machine: Machine): Reading<readonly number[]> =>
  readPerCpu(machine, 'cpufreq/scaling_cur_freq', readCount);
