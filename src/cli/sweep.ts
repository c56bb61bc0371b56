import { loadSweepReport } from '../report/sweep-report.js';
import { analyse } from '../results/analyse.js';
import { trialsCsv } from '../results/csv.js';
import type { Result, Shard, SweepPlan } from '../results/result.js';
import { saveResult } from '../results/save.js';
import { scalingOf } from '../results/scaling.js';
import { widthOf, wantsColour, type Context } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';
import { exitStatus, worstStatus, type ExitStatus } from './exit-status.js';
import { settleShard } from './shard.js';
import { settleSweepFile, shardText } from './sweep-file.js';
import type { SweepOptions } from './sweep-options.js';
import { prepareSweep } from './sweep-prepare.js';
import { SweepRecord } from './sweep-record.js';
import { runSweep } from './sweep-run.js';
import { readCommit, readVersion } from './version.js';
import { resolve } from 'node:path';

/** What is exact is the same on every run unless asked otherwise. */
const usualSeed = 1;

/** `mmlock sweep`: settles every cell, goes on where an earlier run stopped, saves, prints. */
export async function sweep(
  file: string,
  options: SweepOptions,
  context: Context,
): Promise<ExitStatus> {
  const { stderr, directory, env } = context;
  const refuse = (message: string): ExitStatus => {
    stderr.write(message);
    return exitStatus.usage;
  };
  const settled = settleShard(options.shard, env);
  if (!settled.ok) return refuse(`${settled.message}\n`);
  const { shard } = settled;
  const formless = shard === undefined ? null : findFormless(options, shard);
  if (formless !== null) return refuse(formless);
  const seed = options.seed ?? usualSeed;
  const prepared = await prepareSweep(file, options, seed, context);
  stderr.write(prepared.messages);
  if (!prepared.ok) return exitStatus.usage;
  const plan: SweepPlan = { cpus: options.cpus, ...(shard === undefined ? {} : { shard }) };
  const mmlock = { version: readVersion(), commit: readCommit() };
  const label = options.label === undefined ? {} : { label: options.label };
  const record = new SweepRecord({ mmlock, seed, ...label }, plan, prepared.workloads);
  const force = options.force === true;
  const target = settleSweepFile({
    ...{ out: options.out, directory, force, planned: record.result(null) },
  });
  if (!target.ok) return refuse(`${target.message}\n`);
  const kept = [target.path, resolve(directory, file)];
  const csv =
    options.csv === undefined ? null : prepareDerivedFile('--csv', options.csv, directory, kept);
  if (csv?.ok === false) return refuse(`${csv.message}\n`);
  if (target.earlier !== null) record.restore(target.earlier);
  const quiet = options.quiet === true;
  if (!quiet && shard !== undefined) stderr.write(`${shardText(shard)}, from ${settled.from}\n`);
  if (!quiet && record.finishedTrials > 0) {
    const counts = `${record.finishedTrials} of ${record.trials.length} trials`;
    stderr.write(`goes on with ${counts} that ${target.path} has\n`);
  }
  const { status, failure } = await runSweep(record, target.path, options, context);
  const ended = { record, status, path: target.path, csv: csv === null ? null : csv.path };
  const exit = await conclude(ended, options, context);
  if (failure !== undefined) throw failure as Error;
  return exit;
}

/** Forms that a part of the trials cannot be shown in; null if none was asked for. */
function findFormless({ csv, format }: SweepOptions, shard: Shard): string | null {
  const asked = [
    ...(format === 'table' ? [] : [`--format ${format}`]),
    ...(csv === undefined ? [] : ['--csv']),
  ];
  return asked.length === 0
    ? null
    : `${asked.join(', ')}: ${shardText(shard)} has a part of the trials, and no figures; ask mmlock merge for them\n`;
}

interface EndedSweep {
  readonly record: SweepRecord;
  readonly status: ExitStatus;
  readonly path: string;
  readonly csv: string | null;
}

/** Saves and prints what there is, all of it or a part. */
async function conclude(
  { record, status, path, csv }: EndedSweep,
  options: SweepOptions,
  context: Context,
): Promise<ExitStatus> {
  const { stderr } = context;
  const exit = worstStatus([status, correctness(record.result(null))]);
  const result = record.result(exit);
  const saved = saveResult(result, path);
  const { shard } = result.sweep ?? {};
  const table = options.format === 'table';
  const screen = table ? context.stdout : stderr;
  if (shard !== undefined) {
    context.stdout.write(shardSummary(record, shard));
  } else if (!table || record.finishedTrials > 0) {
    await printSweep(result, options, context);
  }
  stderr.write(describeInterruption(record, saved.ok));
  if (saved.ok && (table || options.quiet !== true)) screen.write(`saved ${path}\n`);
  if (!saved.ok) {
    stderr.write(`${saved.message}\nso that nothing is lost, all trials as CSV:\n`);
    stderr.write(trialsCsv(result));
  }
  const unwritten = csv === null ? null : writeDerivedFile('--csv', csv, trialsCsv(result));
  if (unwritten !== null) stderr.write(`${unwritten}\n`);
  return saved.ok && unwritten === null ? exit : worstStatus([exit, exitStatus.internal]);
}

/** Prints a sweep's result in the form that was asked for. */
export async function printSweep(
  result: Result,
  { format, verbose }: Pick<SweepOptions, 'format' | 'verbose'>,
  { stdout, env }: Context,
): Promise<void> {
  const report = await loadSweepReport(format);
  const layout = {
    width: widthOf(stdout, env),
    colour: wantsColour(stdout, env),
    verbose: verbose === true,
  };
  stdout.write(report({ result, scaling: scalingOf(result), analysis: analyse(result) }, layout));
}

/** A broken invariant wins over every figure. */
export const correctness = ({ workloads }: Result): ExitStatus =>
  workloads.some(({ trials }) => trials.some(({ faults }) => faults.length > 0))
    ? exitStatus.incorrect
    : exitStatus.ok;

const shardSummary = (record: SweepRecord, shard: Shard): string =>
  `${shardText(shard)}: ${record.finishedTrials} of ${record.trials.length} trials; mmlock merge makes figures of all ${shard.count} shards\n`;

function describeInterruption(record: SweepRecord, saved: boolean): string {
  const { interruption } = record;
  if (interruption === null) return '';
  const kept = `${record.finishedTrials} of ${record.trials.length} trials were finished`;
  const head = interruption.kind === 'signal' ? 'stopped' : 'mmlock: the sweep failed';
  const advice = saved ? ' and are kept: the same command goes on with them' : '';
  return `${head}: ${interruption.text}\n${kept}${advice}\n`;
}
