import type { Trial } from '../engines/trial.js';
import type { Result, WorkloadResult } from '../results/result.js';
import {
  pacedTrial,
  testArm,
  testResult,
  testWorkload,
  type HostResult,
} from '../results/result.test-support.js';
import type { Side } from './side.js';

/** What a made-up run is made of. */
export interface MadeUp {
  /** How fast each strategy is relative to the control `ref`, which all of them have. */
  readonly paces: Readonly<Record<string, number>>;
  readonly blocks?: number;
  /** How fast the machine was as a whole. */
  readonly machine?: number;
  readonly arm?: boolean;
  readonly workload?: Partial<WorkloadResult>;
}

/** A workload that ran `ref` and others; latency is the inverse of throughput. */
export function madeUpWorkload(made: MadeUp): WorkloadResult {
  const { blocks = 20, machine = 1, arm = false, workload = {} } = made;
  const paces: Readonly<Record<string, number>> = {
    ...{ ref: 1, ...made.paces },
    ...(arm ? { '(A/A) ref': 1 } : {}),
  };
  const labels = Object.keys(paces);
  const numbers = Array.from({ length: blocks }, (_, index) => index + 1);
  return testWorkload(
    {
      reference: 'ref',
      strategies: labels.map((label) =>
        testArm(label, { repeats: label.startsWith('(A/A)') ? 'ref' : null }),
      ),
      orders: numbers.map(() => labels.map((_, index) => index)),
      trials: numbers.flatMap((block) =>
        labels.map((label) => {
          return madeUpTrial(label, block, machine * (paces[label] ?? 1));
        }),
      ),
      ...workload,
    },
    0,
  );
}

/** Making ten thousand latencies takes milliseconds, and trials never change. */
const trials = new Map<string, Trial>();

function madeUpTrial(label: string, block: number, pace: number): Trial {
  const key = `${label} ${block} ${pace}`;
  const known =
    trials.get(key) ?? pacedTrial(label, block, { throughput: pace, latency: 1 / pace });
  trials.set(key, known);
  return known;
}

let runs = 0;

/** A result of such workloads; each call makes another run, begun a second later. */
export function madeUpResult(
  workloads: readonly (MadeUp | WorkloadResult)[],
  changes: Partial<HostResult> = {},
): HostResult {
  const result = testResult({
    ...changes,
    workloads: workloads.map((each) => ('paces' in each ? madeUpWorkload(each) : each)),
  });
  const started = new Date(1.76e12 + 1000 * runs++).toISOString();
  return {
    ...result,
    environment: { ...result.environment, unreadable: [], started, ...changes.environment },
  };
}

export const madeUpSide = (name: string, ...results: readonly Result[]): Side => ({
  name,
  files: [],
  runs: results.map((result, index) => ({ shown: `${name}/${index + 1}.json`, result })),
  warnings: [],
});
