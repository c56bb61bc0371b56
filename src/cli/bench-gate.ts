import { randomInt } from 'node:crypto';
import type { Engine } from '../engines/engine.js';
import type { Comparison } from '../gate/comparison.js';
import { judgeRun, type GatedRun } from '../gate/judge-run.js';
import type { Host } from '../gate/margins.js';
import { couldDecide } from '../gate/outcome.js';
import { deriveSeed, Random } from '../machine/random.js';
import type { EngineName, WorkloadResult } from '../results/result.js';
import { latinOrders } from '../stats/latin-order.js';
import type { BenchRecord } from './bench-record.js';
import type { Progress } from './progress.js';

/** Blocks that an extension adds at least, and the most that a run then has, unless it was asked for more. */
const moreBlocks = 10;
const mostBlocks = 40;

/** Judges what a record holds. Workloads without a gate are left out. */
export function judgeRecord(
  workloads: readonly WorkloadResult[],
  gated: boolean,
  host: Host,
  engine: EngineName,
): Comparison {
  const runs = workloads.flatMap((workload): GatedRun[] =>
    workload.gate === null ? [] : [{ workload, gate: workload.gate }],
  );
  return judgeRun(runs, gated, host, engine);
}

/** Orders of a workload's blocks: the planned ones, and where these leave verdicts open, once some more. */
export function* ordersUnderGate(
  index: number,
  record: BenchRecord,
  host: Host,
  progress: Progress,
): Generator<readonly number[]> {
  const { orders, name, plan } = record.workload(index);
  yield* orders;
  const open = judgeRecord([record.workload(index)], true, host, record.engine);
  const strategies = orders[0]?.length ?? 0;
  const more = extensionOf(orders.length, strategies);
  if (more === 0 || !couldDecide(open)) return;
  const random = new Random(deriveSeed(plan.seed, orders.length));
  const extension = latinOrders(strategies, more, () => random.next());
  record.extend(index, extension);
  progress.expect(more * strategies);
  progress.note(`${name}: verdicts are open after ${orders.length} blocks: ${more} more, once`);
  yield* extension;
}

/** Blocks of the one extension: 10 in whole squares of the orders, as far as there is room; 0 if there is none. */
export function extensionOf(blocks: number, strategies: number): number {
  const room = Math.max(mostBlocks, blocks + moreBlocks) - blocks;
  if (strategies === 0 || room < strategies) return 0;
  const squares = Math.ceil(moreBlocks / strategies);
  return Math.min(squares, Math.max(1, Math.floor(room / strategies))) * strategies;
}

/**
 * Runs what has regressed once more, with the reference and the A/A arm and with a seed of its own: only what
 * regresses again has regressed.
 */
export async function confirmRegressions(
  record: BenchRecord,
  engine: Engine,
  host: Host,
  progress: Progress,
  save: () => void,
  signal: AbortSignal,
): Promise<void> {
  const all = record.workloads.map((_, index) => record.workload(index));
  const { cells } = judgeRecord(all, true, host, record.engine);
  for (const [index, workload] of all.entries()) {
    const regressed = new Set(
      cells
        .filter((cell) => cell.workload === workload.name && cell.verdict === 'regressed')
        .map(({ strategy }) => strategy),
    );
    if (regressed.size === 0 || signal.aborted) continue;
    const again = workload.strategies.filter(
      ({ strategy, status, repeats }) =>
        status === 'ok' &&
        (repeats !== null || strategy.name === workload.reference || regressed.has(strategy.name)),
    );
    const { plan } = workload;
    // A simulated run has no noise that another would not have, and is to be the same on every run.
    const seed = plan.machine === undefined ? randomInt(2 ** 32) : deriveSeed(plan.seed, 1);
    const random = new Random(seed);
    const count = Math.ceil(workload.orders.length / again.length) * again.length;
    const orders = latinOrders(again.length, count, () => random.next());
    const strategies = again.map(({ strategy }) => strategy);
    record.beginConfirmation(index, {
      seed,
      strategies: strategies.map(({ name }) => name),
      orders,
    });
    progress.expect(count * again.length);
    progress.note(
      `${workload.name}: ${[...regressed].join(', ')} regressed: ${count} blocks with another seed to confirm it`,
    );
    await engine.run(
      { ...workload.plan, seed },
      strategies,
      orders,
      (event) => {
        if (event.type === 'trial-finished') {
          record.addConfirmationTrial(index, event.trial);
          progress.trialFinished({
            workload: workload.name,
            block: event.trial.block,
            blocks: count,
            strategy: event.trial.strategy,
            operationsPerSecond: 0,
          });
        } else if (event.type === 'block-finished') {
          save();
          progress.blockFinished(`${workload.name} (again)`, event.block, count);
        }
      },
      signal,
    );
  }
}
