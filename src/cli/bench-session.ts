import type { Engine } from '../engines/engine.js';
import { beginEnvironment, finishEnvironment } from '../results/environment.js';
import type { Result } from '../results/result.js';
import { saveResult } from '../results/save.js';
import { measure } from './bench-measure.js';
import type { BenchOptions } from './bench-options.js';
import { BenchRecord, type PreparedWorkload } from './bench-record.js';
import { describeMachine, describeWork, secondsOf, trialsOf } from './bench-screen.js';
import type { Context } from './context.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import { createProgress } from './progress.js';
import { readCommit, readVersion } from './version.js';

/** What is to be measured, and how. */
export interface SessionPlan {
  readonly workloads: readonly PreparedWorkload[];
  readonly engine: Engine;
  readonly options: BenchOptions;
  readonly seed: number;
  readonly startedMs: number;
  /** Where the result is saved after each block; null: nowhere. */
  readonly savePath: string | null;
}

/** What was measured, all of it or a part. */
export interface Session {
  readonly record: BenchRecord;
  /** With an exit status of null: that is for who reads it to decide. */
  readonly finished: Result;
  /** What the measuring alone asks for. */
  readonly status: ExitStatus;
  /** What nobody expected and ended it; undefined if nothing did. */
  readonly failure: unknown;
}

/** Measures into a record, with progress on standard error, and keeps what was finished whatever happens. */
export async function runSession(plan: SessionPlan, context: Context): Promise<Session> {
  const { workloads, engine, options, seed, startedMs, savePath } = plan;
  const version = readVersion();
  const environment = beginEnvironment(startedMs);
  const simulated = options.engine === 'sim';
  const record = new BenchRecord(
    {
      mmlock: { version, commit: readCommit() },
      commandLine: simulated ? [] : context.commandLine,
      ...(options.label === undefined ? {} : { label: options.label }),
      engine: options.engine,
      seed,
    },
    workloads,
  );
  const progress = createProgress(
    context.stderr,
    options.quiet === true,
    workloads.reduce((sum, workload) => sum + trialsOf(workload), 0),
    workloads.reduce((sum, workload) => sum + secondsOf(workload), 0),
    () => performance.now(),
  );
  progress.note(describeMachine(version, environment.environment, seed));
  for (const workload of workloads) progress.note(describeWork(workload));
  const save = (): void => {
    if (savePath === null) return;
    const saved = saveResult(
      record.result(simulated ? null : environment.environment, null),
      savePath,
    );
    if (!saved.ok) progress.note(`${saved.message}; mmlock goes on, and tries again`);
  };
  let failure: unknown;
  const gate = options.gate === true ? { host: options.host } : null;
  const status = await measure(record, engine, progress, save, context.signal, gate).catch(
    (error: unknown) => {
      failure = error;
      return exitStatus.internal;
    },
  );
  progress.end();
  const atEnd = simulated ? null : finishEnvironment(environment, Date.now());
  const finished = record.result(atEnd, null);
  return { record, finished, status, failure };
}
