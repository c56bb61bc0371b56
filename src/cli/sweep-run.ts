import { EngineFailure } from '../engines/engine.js';
import { runTrials } from '../engines/sim/run-trials.js';
import type { Trial } from '../engines/trial.js';
import { formatNs } from '../report/format.js';
import { saveResult } from '../results/save.js';
import {
  describeFailure,
  failureStatus,
  interrupted,
  operationsPerSecond,
} from './bench-measure.js';
import type { Context } from './context.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import { createProgress } from './progress.js';
import type { SweepOptions } from './sweep-options.js';
import type { SweepRecord } from './sweep-record.js';

export interface EndedRun {
  /** What the running alone asks for. */
  readonly status: ExitStatus;
  /** What nobody expected and ended it; undefined if nothing did. */
  readonly failure: unknown;
}

/** Longest time between two saves, ms, so that a kill in a large cell loses little. */
const mostUnsavedMs = 30_000;

/**
 * Runs what is left of a sweep on all cores of the host, with progress on standard error, and saves it after every cell. Stops at the
 * first failure or when the context's signal aborts; what was finished stays in the record.
 */
export async function runSweep(
  record: SweepRecord,
  path: string,
  { quiet, workers }: Pick<SweepOptions, 'quiet' | 'workers'>,
  { stderr, signal }: Context,
): Promise<EndedRun> {
  const pending = record.pending();
  const weightOf = (cell: number): number => record.cell(cell).plan.machine?.cpus ?? 1;
  const weight = pending.reduce((sum, { cell }) => sum + weightOf(cell), 0);
  const progress = createProgress(stderr, quiet === true || pending.length === 0, weight, 0, () =>
    performance.now(),
  );
  for (const line of describeSweep(record)) progress.note(line);
  let savedMs = performance.now();
  const save = (): void => {
    savedMs = performance.now();
    const saved = saveResult(record.result(null), path);
    if (!saved.ok) progress.note(`${saved.message}; mmlock goes on, and tries again`);
  };
  const finished = (index: number, trial: Trial): void => {
    const cell = pending[index]?.cell ?? 0;
    record.add(cell, trial);
    const { name, orders } = record.cell(cell);
    const blocks = orders.length;
    const { block, strategy } = trial;
    progress.trialFinished({
      ...{ workload: name, block, blocks, strategy, weight: weightOf(cell) },
      operationsPerSecond: operationsPerSecond(trial),
    });
    const whole = record.isFinished(cell);
    if (whole || performance.now() - savedMs > mostUnsavedMs) save();
    if (whole) progress.blockFinished(name, blocks, blocks);
  };
  const requests = pending.map((trial) => record.request(trial));
  const ended = await attempt(record, signal, () => runTrials(requests, finished, signal, workers));
  progress.end();
  return ended;
}

/** Numbers of CPUs that a line has room for. */
const mostShown = 16;

/** What will run, and what of it was not asked for, a line each. */
function describeSweep(record: SweepRecord): string[] {
  const { plan, orders, strategies, blocksAsked, blocksReason } = record.cell(0);
  const cpus = [...new Set(record.trials.map(({ cell }) => record.cell(cell).plan.machine?.cpus))];
  const shown =
    cpus.length > mostShown
      ? `${cpus[0] ?? 0} to ${cpus.at(-1) ?? 0} CPUs (${cpus.length} numbers of them)`
      : `${cpus.join(', ')} CPUs`;
  const running = strategies.filter(({ status }) => status === 'ok').length;
  const what =
    `${plan.workload} on ${plan.machine?.profile.name ?? ''} with ${shown}, ${orders.length} blocks × ` +
    `${running} ${running === 1 ? 'strategy' : 'strategies'} × ${formatNs(plan.run.durationNs)} of virtual time: ` +
    `${record.trials.length} trials`;
  return blocksReason === null
    ? [what]
    : [what, `  blocks ${blocksAsked} → ${orders.length} (${blocksReason})`];
}

async function attempt(
  record: SweepRecord,
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<EndedRun> {
  try {
    await run();
  } catch (error) {
    // Ending the workers makes trials fail.
    if (!signal.aborted) {
      record.interrupt(describeFailure(error));
      return error instanceof EngineFailure
        ? { status: failureStatus[error.kind], failure: undefined }
        : { status: exitStatus.internal, failure: error };
    }
  }
  const status = signal.aborted ? interrupted(record, signal) : exitStatus.ok;
  return { status, failure: undefined };
}
