import type { Analysis } from '../results/analysis.js';
import type { Result } from '../results/result.js';
import type { ScalingGroup } from '../results/scaling.js';
import { formatNs } from './format.js';
import type { Remark } from './remarks.js';

/** `fault-storm · server-2s-64 · 1 to 64 CPUs, a thread each · 10 blocks × 10.0ms`. */
export function sweepHeading({ workloads }: Result, { name, machine, cpus }: ScalingGroup): string {
  const first = workloads[0];
  const plan = first?.plan;
  const range = cpus.length === 1 ? `${cpus[0] ?? 0}` : `${cpus[0] ?? 0} to ${cpus.at(-1) ?? 0}`;
  return [
    name,
    machine,
    `${range} CPUs, a thread each`,
    `${first?.orders.length ?? 0} blocks × ${formatNs(plan?.run.durationNs ?? 0)}`,
  ].join(' · ');
}

/** What compiling and running the cells had to say, each once; and which cells are not finished. */
export function sweepNotes({ workloads }: Result): readonly Remark[] {
  const notes = [...new Set(workloads.flatMap((workload) => workload.notes))].map((note) => {
    const said = workloads.filter((workload) => workload.notes.includes(note));
    if (said.length === workloads.length) return note;
    const names = said.slice(0, shownCells).map(({ cell }) => cell?.name ?? '');
    const more = said.length - names.length;
    return `${note} (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
  });
  const unfinished = workloads.flatMap(({ cell, orders, trials }) => {
    const planned = orders.reduce((sum, order) => sum + order.length, 0);
    return trials.length < planned ? `${cell?.name ?? ''} (${trials.length} of ${planned})` : [];
  });
  const missing =
    unfinished.length === 0
      ? []
      : [
          `not finished, with the trials there are; blocks without all strategies do not count: ${unfinished.join(', ')}`,
        ];
  return [...missing, ...notes].map((text) => ({ text, tone: 'plain' }));
}

/** Cells that a note of some of them names. */
const shownCells = 3;

const shownFaults = 10;

/** Broken invariants, the first few of them. */
export function sweepFaults({ workloads }: Analysis): readonly Remark[] {
  const all = workloads.flatMap(({ workload, faults }) =>
    faults.map(({ strategy, block, text }) => `${workload}, ${strategy}, block ${block}: ${text}`),
  );
  const more = all.length - shownFaults;
  return [
    ...all.slice(0, shownFaults),
    ...(more > 0 ? [`and ${more} more in the result file`] : []),
  ].map((text) => ({ text, tone: 'bad' }));
}
