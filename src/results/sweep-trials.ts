import type { Trial } from '../engines/trial.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Shard, WorkloadResult } from './result.js';

/** What of a sweep's result decides which trials it has. */
export type SweepCell = Pick<WorkloadResult, 'strategies' | 'orders'>;

/** One trial of a sweep, before it has run. */
export interface SweepTrial {
  /** Index of the cell. */
  readonly cell: number;
  /** From 1. */
  readonly block: number;
  /** In the block, from 0. */
  readonly position: number;
  readonly strategy: Strategy;
}

/** Every trial of a sweep: by cell, block and position. */
export function sweepTrials(cells: readonly SweepCell[]): SweepTrial[] {
  return cells.flatMap(({ strategies, orders }, cell) => {
    const running = strategies.filter(({ status }) => status === 'ok');
    return orders.flatMap((order, at) =>
      order.map((index, position): SweepTrial => {
        const strategy = running[index]?.strategy;
        if (strategy === undefined) {
          throw new Error(`block ${at + 1} names strategy ${index} of ${running.length}`);
        }
        return { cell, block: at + 1, position, strategy };
      }),
    );
  });
}

/**
 * Those of a shard; all without one. They are dealt out one by one, so that every shard gets as much of each number of
 * CPUs, which decides how long a trial takes.
 */
export const shardTrials = (all: readonly SweepTrial[], shard?: Shard): SweepTrial[] =>
  all.filter((_, at) => shard === undefined || at % shard.count === shard.index - 1);

/** Tells trials of a sweep apart. */
export const trialKey = (
  cell: number,
  { block, strategy }: Pick<Trial, 'block' | 'strategy'>,
): string => `${cell} ${block} ${strategy}`;

/** The finished ones among a cell's trials, by block and position, as they stand in a result. */
export const inOrder = (trials: readonly Trial[]): Trial[] =>
  [...trials].sort((a, b) => a.block - b.block || a.position - b.position);
