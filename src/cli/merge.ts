import { resolve } from 'node:path';
import type { SweepFormat } from '../report/sweep-report.js';
import { trialsCsv } from '../results/csv.js';
import { loadResult } from '../results/load.js';
import { mergeShards, type NamedShard } from '../results/merge-shards.js';
import { prepareOutput } from '../results/output-path.js';
import { saveResult } from '../results/save.js';
import type { Context } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';
import { exitStatus, worstStatus, type ExitStatus } from './exit-status.js';
import { sweepFileName } from './sweep-file.js';
import { correctness, printSweep } from './sweep.js';

export interface MergeOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly csv?: string;
  readonly format: SweepFormat;
  readonly quiet?: boolean;
}

/** `mmlock merge`: reads the shards, writes the sweep, prints it. Status 5 where they are not all of one sweep. */
export async function merge(
  files: readonly string[],
  { out, force, csv, format, quiet }: MergeOptions,
  context: Context,
): Promise<ExitStatus> {
  const { directory, stdout, stderr } = context;
  const refuse = (messages: readonly string[], status: ExitStatus): ExitStatus => {
    for (const message of messages) stderr.write(`${message}\n`);
    return status;
  };
  const shards: NamedShard[] = [];
  const unread: string[] = [];
  for (const file of files) {
    const loaded = loadResult(resolve(directory, file), file);
    if (loaded.ok) shards.push({ file, result: loaded.result });
    else unread.push(loaded.message);
  }
  if (unread.length > 0) return refuse(unread, exitStatus.usage);
  const merged = mergeShards(shards);
  if (!merged.ok) {
    const status = merged.kind === 'usage' ? exitStatus.usage : exitStatus.notComparable;
    return refuse(merged.messages, status);
  }
  const name = sweepFileName(merged.result);
  const target = prepareOutput({ out, directory, name, force: force === true });
  if (!target.ok) return refuse([target.message], exitStatus.usage);
  const kept = [...files.map((file) => resolve(directory, file)), target.path];
  if (kept.indexOf(target.path) < files.length) {
    return refuse([`--out: ${out} is one of the shards; give another name`], exitStatus.usage);
  }
  const table = csv === undefined ? null : prepareDerivedFile('--csv', csv, directory, kept);
  if (table?.ok === false) return refuse([table.message], exitStatus.usage);
  const exit = correctness(merged.result);
  const result = { ...merged.result, exit };
  const saved = saveResult(result, target.path);
  // Under --quiet the figures still go to a script that asked for them.
  if (quiet !== true || format !== 'table') await printSweep(result, { format }, context);
  const failures = saved.ok ? [] : [saved.message];
  if (table !== null) {
    const unwritten = writeDerivedFile('--csv', table.path, trialsCsv(result));
    if (unwritten !== null) failures.push(unwritten);
  }
  if (saved.ok && quiet !== true) {
    (format === 'table' ? stdout : stderr).write(`saved ${target.path}\n`);
  }
  return failures.length === 0 ? exit : refuse(failures, worstStatus([exit, exitStatus.internal]));
}
