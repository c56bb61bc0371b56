import { resolve } from 'node:path';
import { Command } from 'commander';
import { exportFormats, loadExport, type ExportFormat } from '../report/exports.js';
import { loadResult } from '../results/load.js';
import type { Result } from '../results/result.js';
import type { Context, Runner } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import { oneOf } from './option-values.js';

interface ExportOptions {
  readonly csv?: string;
  readonly summary?: boolean;
  readonly format?: ExportFormat;
  readonly output?: string;
}

/** `mmlock export RESULT`, with `--csv FILE` or `--format FORMAT`. */
export function exportCommand(context: Context, run: Runner): Command {
  return new Command('export')
    .description('Writes a saved result as CSV, or in a form that another tool reads.')
    .argument('<result>', 'a result file that bench saved')
    .option('--csv <file>', 'write CSV to this file (overwritten); - is standard output')
    .option('--summary', 'CSV with one row a cell and metric, with intervals and ratios')
    .option('--format <form>', `write ${exportFormats.join(', ')}`, oneOf(exportFormats))
    .option('--output <file>', 'write the form to this file (overwritten), not standard output')
    .action((result: string, options: ExportOptions) =>
      run(() => exportResult(result, options, context)),
    );
}

/** Writes the result in one form, or says why it cannot be read or written. */
export async function exportResult(
  shown: string,
  options: ExportOptions,
  context: Context,
): Promise<ExitStatus> {
  const wrong = findContradiction(options);
  if (wrong !== null) return refuse(wrong, context);
  const path = resolve(context.directory, shown);
  const loaded = loadResult(path, shown);
  if (!loaded.ok) return refuse(loaded.message, context);
  const [option, file] =
    options.csv === undefined ? ['--output', options.output] : ['--csv', options.csv];
  if (file === undefined || file === '-') {
    context.stdout.write(await textOf(loaded.result, options));
    return exitStatus.ok;
  }
  const target = prepareDerivedFile(option, file, context.directory, [path]);
  if (!target.ok) return refuse(target.message, context);
  const failure = writeDerivedFile(option, target.path, await textOf(loaded.result, options));
  if (failure === null) return exitStatus.ok;
  context.stderr.write(`${failure}\n`);
  return exitStatus.internal;
}

/** Options that do not go together, with what to do; null if they do. */
function findContradiction({ csv, summary, format, output }: ExportOptions): string | null {
  if (csv === undefined && format === undefined) {
    return `export: say what to write: --csv FILE, or --format ${exportFormats.join('|')}`;
  }
  if (csv !== undefined && format !== undefined) {
    return 'export: --csv and --format are two forms: export the result once for each';
  }
  if (summary === true && csv === undefined) {
    return `--summary is a form of CSV: give --csv FILE instead of --format ${format ?? ''}`;
  }
  if (output !== undefined && csv !== undefined) {
    return '--output belongs to --format: --csv names its own file';
  }
  return null;
}

/** Loads only the form that is asked for. */
async function textOf(result: Result, { format, summary }: ExportOptions): Promise<string> {
  if (format !== undefined) return (await loadExport(format))(result);
  return summary === true
    ? (await import('../results/csv-summary.js')).summaryCsv(result)
    : (await import('../results/csv.js')).trialsCsv(result);
}

function refuse(message: string, context: Context): ExitStatus {
  context.stderr.write(`${message}\n`);
  return exitStatus.usage;
}
