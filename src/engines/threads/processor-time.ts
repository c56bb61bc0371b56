import { readdirSync, readFileSync } from 'node:fs';

/** CPU time and context switches of some threads of this process so far. */
export interface ProcessorTime {
  readonly cpuNs: number;
  readonly voluntary: number;
  readonly involuntary: number;
  /** How long each of them has stood in a run queue, up to when it last got a CPU. */
  readonly queuedNs: readonly number[];
}

/** How long a thread has stood in a run queue, as it knows at `atNs`. */
export interface Queued {
  readonly atNs: number;
  readonly queuedNs: number;
}

/** Reads it from `/proc`, by the system's thread ids; undefined where the system does not tell. */
export function processorTime(systemThreads: readonly number[]): ProcessorTime | undefined {
  let cpuNs = 0;
  let voluntary = 0;
  let involuntary = 0;
  const queuedNs: number[] = [];
  try {
    for (const thread of systemThreads) {
      const folder = `/proc/self/task/${thread}`;
      const times = readTimes(folder);
      cpuNs += times.cpuNs;
      queuedNs.push(times.queuedNs);
      const status = readFileSync(`${folder}/status`, 'utf8');
      voluntary += field(status, 'voluntary_ctxt_switches');
      involuntary += field(status, 'nonvoluntary_ctxt_switches');
    }
  } catch {
    return undefined;
  }
  return Number.isFinite(cpuNs + voluntary + involuntary)
    ? { cpuNs, voluntary, involuntary, queuedNs }
    : undefined;
}

/**
 * CPU time of all threads of this process but those given, so far, ns: of the calling one, and of those in which V8
 * compiles. 0 where the system does not tell.
 */
export function otherThreadsNs(besides: readonly number[]): number {
  try {
    return readdirSync('/proc/self/task')
      .filter((thread) => !besides.includes(Number(thread)))
      .reduce((sum, thread) => sum + readTimes(`/proc/self/task/${thread}`).cpuNs, 0);
  } catch {
    return 0;
  }
}

/** Of the calling thread; undefined where the system does not tell. */
export function queuedSoFar(nowNs: number): Queued | undefined {
  try {
    return { atNs: nowNs, queuedNs: readTimes('/proc/thread-self').queuedNs };
  } catch {
    return undefined;
  }
}

/** Linux counts a wait in a run queue when it ends, so of a thread that still waits this knows nothing. */
function readTimes(folder: string): { readonly cpuNs: number; readonly queuedNs: number } {
  const [ranNs, waitedNs] = readFileSync(`${folder}/schedstat`, 'utf8').split(' ');
  return { cpuNs: Number(ranNs), queuedNs: Number(waitedNs) };
}

const field = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1]);

/** As a trial reports it. */
export const processorTimeBetween = (before: ProcessorTime, after: ProcessorTime) => ({
  cpuSeconds: (after.cpuNs - before.cpuNs) / 1e9,
  voluntarySwitches: after.voluntary - before.voluntary,
  involuntarySwitches: after.involuntary - before.involuntary,
});

/**
 * Share of a window for which the thread that waited longest stood in a run queue, at least: from what was counted
 * before it and at each thread's end, all that may have come after the window taken off. undefined where nothing is
 * known of any thread.
 *
 * @param before of each thread, as the window opened
 * @param ends of each thread that ended by itself
 */
export function queuedShare(
  before: readonly number[],
  ends: readonly (Queued | undefined)[],
  closeNs: number,
  windowNs: number,
): number | undefined {
  const shares = before.flatMap((atOpen, thread) => {
    const end = ends[thread];
    if (end === undefined) return [];
    const afterNs = Math.max(0, end.atNs - closeNs);
    const withinNs = end.queuedNs - atOpen - afterNs;
    return [Math.min(1, Math.max(0, withinNs / windowNs))];
  });
  return shares.length === 0 ? undefined : Math.max(...shares);
}
