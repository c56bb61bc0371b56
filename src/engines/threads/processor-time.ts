import { readFileSync } from 'node:fs';

/** CPU time and context switches of some threads of this process so far. */
export interface ProcessorTime {
  readonly cpuNs: number;
  readonly voluntary: number;
  readonly involuntary: number;
}

/** Reads it from `/proc`, by the system's thread ids; undefined where the system does not tell. */
export function processorTime(systemThreads: readonly number[]): ProcessorTime | undefined {
  let cpuNs = 0;
  let voluntary = 0;
  let involuntary = 0;
  try {
    for (const thread of systemThreads) {
      const folder = `/proc/self/task/${thread}`;
      cpuNs += Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]);
      const status = readFileSync(`${folder}/status`, 'utf8');
      voluntary += field(status, 'voluntary_ctxt_switches');
      involuntary += field(status, 'nonvoluntary_ctxt_switches');
    }
  } catch {
    return undefined;
  }
  return Number.isFinite(cpuNs + voluntary + involuntary)
    ? { cpuNs, voluntary, involuntary }
    : undefined;
}

const field = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1]);

/** As a trial reports it. */
export const processorTimeBetween = (before: ProcessorTime, after: ProcessorTime) => ({
  cpuSeconds: (after.cpuNs - before.cpuNs) / 1e9,
  voluntarySwitches: after.voluntary - before.voluntary,
  involuntarySwitches: after.involuntary - before.involuntary,
});
