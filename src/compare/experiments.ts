import type { OneSided } from '../gate/comparison.js';
import { cellsOf, type Cells } from '../results/cells.js';
import type { Result, WorkloadResult } from '../results/result.js';
import type { Side } from './side.js';

/** One workload of one saved run, with the blocks that count. */
export interface Run {
  readonly shown: string;
  readonly result: Result;
  readonly workload: WorkloadResult;
  readonly cells: Cells;
}

/** What is compared: runs of one workload with one number of threads. The newest last; at least one on each side. */
export interface Experiment {
  /** `fault-storm/threads=8`. */
  readonly name: string;
  readonly base: readonly Run[];
  readonly head: readonly Run[];
}

export interface Matched {
  readonly experiments: readonly Experiment[];
  /** Workloads that the other side lacks. */
  readonly oneSided: readonly OneSided[];
}

/** Finds what stands on both sides, by name and number of threads, in the order of the head. */
export function matchExperiments(base: Side, head: Side): Matched {
  const ofBase = runsByName(base);
  const ofHead = runsByName(head);
  return {
    experiments: [...ofHead].flatMap(([name, runs]) => {
      const others = ofBase.get(name);
      return others === undefined ? [] : [{ name, base: others, head: runs }];
    }),
    oneSided: [
      ...lackingIn(ofHead, ofBase).map((row) => ({ ...row, side: 'base' as const })),
      ...lackingIn(ofBase, ofHead).map((row) => ({ ...row, side: 'head' as const })),
    ],
  };
}

function runsByName({ runs }: Side): ReadonlyMap<string, readonly Run[]> {
  const byName = new Map<string, Run[]>();
  for (const { shown, result } of runs) {
    for (const workload of result.workloads) {
      const name = `${workload.name}/threads=${workload.plan.threads}`;
      const list = byName.get(name) ?? [];
      list.push({ shown, result, workload, cells: cellsOf(workload) });
      byName.set(name, list);
    }
  }
  return byName;
}

function lackingIn(
  side: ReadonlyMap<string, readonly Run[]>,
  other: ReadonlyMap<string, readonly Run[]>,
): Omit<OneSided, 'side'>[] {
  return [...other]
    .filter(([name]) => !side.has(name))
    .map(([cell, runs]) => {
      const name = runs[0]?.workload.name;
      const counts = [...side.values()].flatMap(([run]) =>
        run !== undefined && run.workload.name === name ? [run.workload.plan.threads] : [],
      );
      return { cell, reason: counts.length === 0 ? '' : `else with ${counts.join(', ')} threads` };
    });
}
