import type { Trial } from '../engines/trial.js';
import { familyWise } from '../stats/family.js';
import { medianWithInterval } from '../stats/median-interval.js';
import { pairedRatio, type Pair } from '../stats/paired-ratio.js';
import type { Estimate } from './analysis.js';
import type { WorkloadResult } from './result.js';

/** The trials that count: of every strategy that runs, in those blocks in which all of them finished. */
export interface Cells<T = Trial> {
  /** Numbers of those blocks, rising. */
  readonly blocks: readonly number[];
  /** For each label, a trial for each of `blocks`, in order. */
  readonly trials: ReadonlyMap<string, readonly T[]>;
}

/** What decides which trials count, whatever else a trial holds. */
type Blocks<T> = Pick<WorkloadResult, 'strategies'> & { readonly trials: readonly T[] };

/** Labels of the strategies that run, in the order of the file. */
export function runningLabels(workload: Pick<WorkloadResult, 'strategies'>): string[] {
  return workload.strategies
    .filter(({ status }) => status === 'ok')
    .map(({ strategy }) => strategy.name);
}

export function cellsOf<T extends Pick<Trial, 'strategy' | 'block'>>(
  workload: Blocks<T>,
): Cells<T> {
  const labels = runningLabels(workload);
  const byBlock = new Map<number, Map<string, T>>();
  for (const trial of workload.trials) {
    const block = byBlock.get(trial.block) ?? new Map<string, T>();
    byBlock.set(trial.block, block.set(trial.strategy, trial));
  }
  const whole = [...byBlock]
    .filter(([, trials]) => labels.every((label) => trials.has(label)))
    .sort(([a], [b]) => a - b);
  const trials = new Map<string, readonly T[]>();
  for (const label of labels) {
    trials.set(
      label,
      whole.flatMap(([, block]) => block.get(label) ?? []),
    );
  }
  return { blocks: whole.map(([block]) => block), trials };
}

/** A value for each block; null where it was not measured. */
export type BlockValues = readonly (number | null)[];

const isNumber = (value: number | null): value is number => value !== null;

/** Median over the blocks that have a value; null if none has. */
export function estimateOf(values: BlockValues, confidence = familyWise): Estimate | null {
  const measured = values.filter(isNumber);
  return measured.length === 0 ? null : medianWithInterval(measured, confidence);
}

/** The blocks in which both have a value. */
export function pairsOf(of: BlockValues, than: BlockValues): Pair[] {
  return of.flatMap((value, block): Pair[] => {
    const other = than[block] ?? null;
    return value === null || other === null ? [] : [[value, other]];
  });
}

/** Paired ratio over the blocks in which both have a value; null if there is none. */
export function ratioOf(of: BlockValues, than: BlockValues, confidence: number): Estimate | null {
  const pairs = pairsOf(of, than);
  return pairs.length === 0 ? null : pairedRatio(pairs, confidence);
}
