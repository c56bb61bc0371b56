import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import type { Engine } from '../engines/engine.js';
import { loadReport } from '../report/report.js';
import { analyse } from '../results/analyse.js';
import type { Analysis } from '../results/analysis.js';
import { trialsCsv } from '../results/csv.js';
import { prepareOutput } from '../results/output-path.js';
import type { Result } from '../results/result.js';
import { saveResult } from '../results/save.js';
import { gateStatuses, judgeResult } from './bench-verdicts.js';
import type { BenchOptions } from './bench-options.js';
import { prepareWorkloads } from './bench-prepare.js';
import type { BenchRecord, PreparedWorkload } from './bench-record.js';
import { describeInterruption, describePlan } from './bench-screen.js';
import { runSession } from './bench-session.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';
import { loadEngine } from './engines.js';
import { exitStatus, worstStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';

/** Paths that were proved writable before anything was measured. */
interface Targets {
  readonly result: string;
  readonly csv: string | null;
}

/** `mmlock bench`: reads, measures, saves, prints. Nothing is measured unless everything could be settled. */
export async function bench(
  files: readonly string[],
  options: BenchOptions,
  context: Context,
): Promise<ExitStatus> {
  const startedMs = Date.now();
  const seed = options.seed ?? randomInt(2 ** 32);
  const prepared = await prepareWorkloads(files, options, seed, context);
  context.stderr.write(prepared.messages);
  if (!prepared.ok) return exitStatus.usage;
  if (options.dryRun === true) return dryRun(prepared.workloads, options, seed, context);
  const targets = prepareTargets(files, options, seed, startedMs, context);
  if (targets === null) return exitStatus.usage;
  const engine = await loadEngine(options.engine);
  return run(prepared.workloads, targets, engine, options, seed, startedMs, context);
}

function dryRun(
  workloads: readonly PreparedWorkload[],
  options: BenchOptions,
  seed: number,
  context: Context,
): ExitStatus {
  switch (options.format) {
    case 'table':
      context.stdout.write(workloads.map(describePlan).join('\n'));
      return exitStatus.ok;
    case 'json':
      context.stdout.write(`${JSON.stringify({ seed, workloads }, null, 2)}\n`);
      return exitStatus.ok;
    default:
      context.stderr.write(`--dry-run has no figures to print as ${options.format}; use json\n`);
      return exitStatus.usage;
  }
}

function prepareTargets(
  files: readonly string[],
  options: BenchOptions,
  seed: number,
  startedMs: number,
  context: Context,
): Targets | null {
  const { directory } = context;
  const force = options.force === true;
  const result = prepareOutput({ out: options.out, directory, seed, startedMs, force });
  const kept = files.map((file) => resolve(directory, file));
  if (result.ok) kept.push(result.path);
  const csv =
    options.csv === undefined ? null : prepareDerivedFile('--csv', options.csv, directory, kept);
  for (const target of [result, csv]) {
    if (target?.ok === false) context.stderr.write(`${target.message}\n`);
  }
  if (!result.ok || csv?.ok === false) return null;
  return { result: result.path, csv: csv === null ? null : csv.path };
}

async function run(
  workloads: readonly PreparedWorkload[],
  targets: Targets,
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
  return exit;
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
  // Where nothing was finished, a table would only repeat that in every row.
  if (options.format !== 'table' || record.allFinishedBlocks() > 0) {
    const report = await loadReport(options.format);
    const layout = {
      width: widthOf(stdout, env),
      colour: wantsColour(stdout, env),
      verbose: options.verbose === true,
    };
    stdout.write(report({ result, analysis, comparison }, layout));
  }
  stderr.write(describeInterruption(record, targets.result, saved.ok));
  const unsaved: string[] = [];
  if (targets.csv !== null) {
    const failure = writeDerivedFile('--csv', targets.csv, trialsCsv(result));
    if (failure !== null) unsaved.push(`${failure}\n`);
  }
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
