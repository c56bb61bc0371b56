import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../results/environment.js';
import {
  histogramOf,
  testArm,
  testResult,
  testRow,
  testTrial,
  testWorkload,
} from '../results/result.test-support.js';
import type { Result } from '../results/result.js';
import { resultText } from '../results/save.js';
import { Random } from '../machine/random.js';

/** How a made-up run differs from the others. */
export interface MadeUpRun {
  /** Of `mutex`, relative to the reference. */
  readonly speed: number;
  readonly label?: string;
  readonly environment?: Partial<Environment>;
  /** Blocks that finished, of 6. */
  readonly blocks?: number;
  readonly reference?: string;
  readonly faults?: readonly string[];
}

const day = 86_400_000;
const plannedBlocks = 6;
const labels = ['mutex', 'rwsem-spin', '(A/A) rwsem-spin'];
const times = Array.from({ length: 200 }, (_, i) => 400 + i);
const latency = histogramOf([...times, ...times, ...times, ...times]);

/** The `index`-th run of a history, a day after the one before. Blocks differ by a few percent of noise. */
export function madeUpRun(index: number, run: MadeUpRun): Result {
  const random = new Random(index + 1);
  const trials = Array.from({ length: run.blocks ?? plannedBlocks }, (_, block) =>
    labels.map((label) => {
      const speed = (label === 'mutex' ? run.speed : 1) * (0.98 + 0.04 * random.next());
      const counts = [1e5, 1e5, 1e5].map((count) => Math.round(count * speed));
      const rows = [testRow('faulter', 'fault', { counts, latency })];
      return testTrial(label, block + 1, { rows, faults: run.faults ?? [] });
    }),
  ).flat();
  const result = testResult({
    seed: index,
    ...(run.label === undefined ? {} : { label: run.label }),
    workloads: [
      testWorkload({
        reference: run.reference ?? 'rwsem-spin',
        strategies: labels.map((label) =>
          testArm(label, { repeats: label.startsWith('(A/A)') ? 'rwsem-spin' : null }),
        ),
        orders: Array.from({ length: plannedBlocks }, () => [0, 1, 2]),
        trials,
      }),
    ],
  });
  const started = new Date(Date.UTC(2026, 0, 1) + index * day).toISOString();
  return {
    ...result,
    environment: { ...result.environment, unreadable: [], started, ...run.environment },
  };
}

/** Writes runs as result files, whose names do not sort as their times do, and gives the paths. */
export function writeHistory(folder: string, runs: readonly MadeUpRun[]): string[] {
  return runs.map((run, index) => {
    const path = join(folder, `run-${index}.json`);
    writeFileSync(path, resultText(madeUpRun(index, run)));
    return path;
  });
}

/** So many runs of one speed. */
export const steady = (count: number, speed: number): MadeUpRun[] =>
  Array.from({ length: count }, () => ({ speed }));
