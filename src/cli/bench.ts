import { randomInt } from 'node:crypto';
import type { Engine } from '../engines/engine.js';
import { loadReport, type ReportFormat, type ReportOptions } from '../report/report.js';
import { analyse } from '../results/analyse.js';
import type { Analysis } from '../results/analysis.js';
import { trialsCsv } from '../results/csv.js';
import type { Result } from '../results/result.js';
import { saveResult } from '../results/save.js';
import { dryRun } from './bench-dry-run.js';
import { gateStatuses, judgeResult } from './bench-verdicts.js';
import type { BenchOptions } from './bench-options.js';
import { prepareWorkloads } from './bench-prepare.js';
import type { BenchRecord, PreparedWorkload } from './bench-record.js';
import { describeInterruption } from './bench-screen.js';
import { runSession } from './bench-session.js';
import { findVerdictless, prepareTargets, type Targets } from './bench-targets.js';
import { settleTrace, writeTrace, type TraceJob } from './bench-trace.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { writeDerivedFile } from './derived-file.js';
import { loadEngine } from './engines.js';
import { exitStatus, worstStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import { fileLayout, writeReportFiles } from './report-files.js';

/** `mmlock bench`: reads, measures, saves, prints. Nothing is measured unless everything could be settled. */
export async function bench(
  files: readonly string[],
  options: BenchOptions,
  context: Context,
): Promise<ExitStatus> {
  const startedMs = Date.now();
  // What is exact is the same on every run unless asked otherwise.
  const seed = options.seed ?? (options.engine === 'sim' ? 1 : randomInt(2 ** 32));
  const prepared = await prepareWorkloads(files, options, seed, context);
  context.stderr.write(prepared.messages);
  if (!prepared.ok) return exitStatus.usage;
  const traced = settleTrace(prepared.workloads, options);
  if (!traced.ok) {
    context.stderr.write(`${traced.message}\n`);
    return exitStatus.usage;
  }
  if (options.dryRun === true) return dryRun(prepared.workloads, options, seed, context);
  const verdictless = findVerdictless(prepared.workloads, options);
  if (verdictless !== null) {
    context.stderr.write(`${verdictless}\n`);
    return exitStatus.usage;
  }
  const targets = prepareTargets(files, prepared.workloads, options, seed, startedMs, context);
  if (targets === null) return exitStatus.usage;
  const engine = await loadEngine(options.engine);
  const settled = { targets, job: traced.job };
  return run(prepared.workloads, settled, engine, options, seed, startedMs, context);
}

async function run(
  workloads: readonly PreparedWorkload[],
  { targets, job }: { readonly targets: Targets; readonly job: TraceJob | null },
  engine: Engine,
  options: BenchOptions,
  seed: number,
  startedMs: number,
  context: Context,
): Promise<ExitStatus> {
  const { failure, finished, record, status } = await runSession(
    { workloads, engine, options, seed, startedMs, savePath: targets.result },
    context,
  );
  const exit = await conclude(record, finished, status, targets, options, context);
  if (failure !== undefined) throw failure as Error;
  if (job === null || targets.trace === null) return exit;
  return worstStatus([exit, await trace(job, targets.trace, status, options, context)]);
}

/** Traces what was measured, if that came to its end. */
async function trace(
  job: TraceJob,
  path: string,
  status: ExitStatus,
  { format, quiet }: BenchOptions,
  { stdout, stderr }: Context,
): Promise<ExitStatus> {
  if (status !== exitStatus.ok) {
    stderr.write(`--trace: the run did not come to its end, so ${path} was not written\n`);
    return exitStatus.ok;
  }
  const { ok, lines } = await writeTrace(job, path);
  const screen = ok && format === 'table' ? stdout : stderr;
  if (!ok || format === 'table' || quiet !== true) {
    for (const line of lines) screen.write(`${line}\n`);
  }
  return ok ? exitStatus.ok : exitStatus.internal;
}

/** Judges, saves and prints what was measured, all of it or a part. */
async function conclude(
  record: BenchRecord,
  finished: Result,
  status: ExitStatus,
  targets: Targets,
  options: BenchOptions,
  context: Context,
): Promise<ExitStatus> {
  const { stdout, stderr, env } = context;
  const analysis = analyse(finished);
  const comparison = judgeResult(finished, options);
  const exit = worstStatus([
    status,
    correctness(analysis),
    ...gateStatuses(finished, analysis, comparison, options),
  ]);
  const result = { ...finished, exit };
  const saved = saveResult(result, targets.result);
  const verbose = options.verbose === true;
  const render = async (format: ReportFormat, layout: ReportOptions): Promise<string> =>
    (await loadReport(format))({ result, analysis, comparison }, layout);
  // Where nothing was finished, a table would only repeat that in every row.
  if (options.format !== 'table' || record.allFinishedBlocks() > 0) {
    const layout = { width: widthOf(stdout, env), colour: wantsColour(stdout, env), verbose };
    stdout.write(await render(options.format, layout));
  }
  stderr.write(describeInterruption(record, targets.result, saved.ok));
  const csvFailure =
    targets.csv === null ? null : writeDerivedFile('--csv', targets.csv, trialsCsv(result));
  const failures = await writeReportFiles(targets.reports, (format) =>
    render(format, fileLayout(verbose)),
  );
  const unsaved = [...(csvFailure === null ? [] : [csvFailure]), ...failures].map(
    (failure) => `${failure}\n`,
  );
  if (saved.ok) {
    const screen = options.format === 'table' ? stdout : stderr;
    if (options.format === 'table' || options.quiet !== true) {
      screen.write(`saved ${targets.result}\n`);
    }
  } else {
    unsaved.push(
      `${saved.message}\nso that nothing is lost, all trials as CSV:\n`,
      trialsCsv(result),
    );
  }
  for (const text of unsaved) stderr.write(text);
  return unsaved.length === 0 ? exit : worstStatus([exit, exitStatus.internal]);
}

/** A broken invariant wins over every figure. */
const correctness = (analysis: Analysis): ExitStatus =>
  analysis.workloads.some(({ faults }) => faults.length > 0) ? exitStatus.incorrect : exitStatus.ok;
