import { resolve } from 'node:path';
import { Command } from 'commander';
import { summaryCsv } from '../results/csv-summary.js';
import { trialsCsv } from '../results/csv.js';
import { loadResult } from '../results/load.js';
import type { Context, Runner } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';

interface ExportOptions {
  readonly csv: string;
  readonly summary?: boolean;
}

/** `mmlock export RESULT --csv FILE`. */
export function exportCommand(context: Context, run: Runner): Command {
  return new Command('export')
    .description('Writes a saved result as CSV: one row a trial, role and operation.')
    .argument('<result>', 'a result file that bench saved')
    .requiredOption('--csv <file>', 'where to (overwritten); - is standard output')
    .option('--summary', 'one row a cell and metric, with intervals and ratios')
    .action((result: string, options: ExportOptions) =>
      run(() => exportResult(result, options, context)),
    );
}

/** Writes the CSV, or says why the result cannot be read. */
export function exportResult(shown: string, options: ExportOptions, context: Context): ExitStatus {
  const loaded = loadResult(resolve(context.directory, shown), shown);
  if (!loaded.ok) {
    context.stderr.write(`${loaded.message}\n`);
    return exitStatus.usage;
  }
  const { result } = loaded;
  const text = () => (options.summary === true ? summaryCsv(result) : trialsCsv(result));
  if (options.csv === '-') {
    context.stdout.write(text());
    return exitStatus.ok;
  }
  const target = prepareDerivedFile('--csv', options.csv, context.directory);
  if (!target.ok) {
    context.stderr.write(`${target.message}\n`);
    return exitStatus.usage;
  }
  const failure = writeDerivedFile('--csv', target.path, text());
  if (failure !== null) context.stderr.write(`${failure}\n`);
  return failure === null ? exitStatus.ok : exitStatus.internal;
}
