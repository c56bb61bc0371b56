import { EngineFailure } from '../engines/engine.js';
import type { Engine, EngineEvent } from '../engines/engine.js';
import type { Trial } from '../engines/trial.js';
import type { Host } from '../gate/margins.js';
import { confirmRegressions, ordersUnderGate } from './bench-gate.js';
import type { BenchRecord } from './bench-record.js';
import type { Interruption } from './context.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import type { Progress } from './progress.js';

/** What a failure of the engine says about who is to blame. */
export const failureStatus: Readonly<Record<EngineFailure['kind'], ExitStatus>> = {
  'lock-threw': exitStatus.incorrect,
  watchdog: exitStatus.incorrect,
  'worker-died': exitStatus.internal,
  killed: exitStatus.internal,
};

/**
 * Runs every workload in turn into `record`, and calls `save` after each block. Stops at the first
 * failure or when `signal` aborts; what was finished stays in the record. Gives the status that this
 * alone asks for: what the trials say about correctness is for the analysis.
 */
export async function measure(
  record: BenchRecord,
  engine: Engine,
  progress: Progress,
  save: () => void,
  signal: AbortSignal,
  gate: { readonly host: Host } | null,
): Promise<ExitStatus> {
  for (const [index, workload] of record.workloads.entries()) {
    if (signal.aborted) return interrupted(record, signal);
    const orders =
      gate === null ? workload.orders : ordersUnderGate(index, record, gate.host, progress);
    const status = await measureWorkload(index, orders, record, engine, progress, save, signal);
    if (status !== exitStatus.ok) return status;
  }
  if (gate === null) return exitStatus.ok;
  return attempt(record, signal, () =>
    confirmRegressions(record, engine, gate.host, progress, save, signal),
  );
}

async function measureWorkload(
  index: number,
  orders: Iterable<readonly number[]>,
  record: BenchRecord,
  engine: Engine,
  progress: Progress,
  save: () => void,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const { name, plan, strategies: all } = record.workload(index);
  const blocks = (): number => record.workload(index).orders.length;
  const strategies = all.filter(({ status }) => status === 'ok').map(({ strategy }) => strategy);
  const report = (event: EngineEvent): void => {
    switch (event.type) {
      case 'calibrated':
        record.setHarness(index, event.harness);
        break;
      case 'block-started':
        break;
      case 'trial-finished':
        record.addTrial(index, event.trial);
        progress.trialFinished({
          workload: name,
          block: event.trial.block,
          blocks: blocks(),
          strategy: event.trial.strategy,
          operationsPerSecond: operationsPerSecond(event.trial),
        });
        break;
      case 'block-finished':
        save();
        progress.blockFinished(name, event.block, blocks());
        break;
      case 'note':
        record.addNote(index, event.text);
        break;
    }
  };
  return attempt(record, signal, () => engine.run(plan, strategies, orders, report, signal));
}

/** Runs the engine; what goes wrong is put down in the record, and what was finished stays in it. */
async function attempt(
  record: BenchRecord,
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<ExitStatus> {
  try {
    await run();
  } catch (error) {
    if (signal.aborted) return interrupted(record, signal);
    record.interrupt(describeFailure(error));
    if (error instanceof EngineFailure) return failureStatus[error.kind];
    throw error;
  }
  return signal.aborted ? interrupted(record, signal) : exitStatus.ok;
}

export const describeFailure = (error: unknown): ReturnType<typeof failure> =>
  error instanceof EngineFailure
    ? failure(error.kind, error.message)
    : failure('fault', error instanceof Error ? error.message : String(error));

const failure = (cause: string, text: string) => ({ kind: 'failure', cause, text }) as const;

/** Puts down that the run was stopped by the user. Gives the status that it ends with. */
export function interrupted(
  record: Pick<BenchRecord, 'interrupt'>,
  signal: AbortSignal,
): ExitStatus {
  const cause = signal.reason as Interruption;
  record.interrupt({
    kind: 'signal',
    cause,
    text: cause === 'SIGINT' ? 'interrupted from the keyboard' : 'told to terminate',
  });
  return cause === 'SIGINT' ? exitStatus.interrupted : exitStatus.terminated;
}

export function operationsPerSecond(trial: Trial): number {
  let count = 0;
  for (const row of trial.rows) for (const each of row.counts) count += each;
  return trial.seconds > 0 ? count / trial.seconds : 0;
}
