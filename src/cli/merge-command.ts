import { Command } from 'commander';
import { sweepFormats } from '../report/sweep-report.js';
import type { Context, Runner } from './context.js';
import type { MergeOptions } from './merge.js';
import { oneOf } from './option-values.js';

/** `mmlock merge SHARD… --out FILE`. */
export function mergeCommand(context: Context, run: Runner): Command {
  return new Command('merge')
    .description(
      'Puts the shards of a sweep together, into the very file that the sweep would have written in one piece, and prints its curves.',
    )
    .argument('<shard...>', 'result files of mmlock sweep --shard')
    .requiredOption('--out <file>', 'result file to write')
    .option('--force', 'overwrite the result file if it exists')
    .option('--csv <file>', 'write a CSV of all trials too (overwritten)')
    .option(
      '--format <form>',
      `what to print: ${sweepFormats.join(', ')}`,
      oneOf(sweepFormats),
      'table',
    )
    .option('--quiet', 'print nothing but errors')
    .action((files: string[], options: MergeOptions) =>
      run(async () => (await import('./merge.js')).merge(files, options, context)),
    );
}
