import { Command } from 'commander';
import { parseSize } from '../workload/units.js';
import { prepareWorkloads } from './bench-prepare.js';
import type { CommandFactory } from './commands.js';
import type { Context } from './context.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import { quantity, wholeNumber } from './option-values.js';

/** What decides whether a plan can be made of a right file. */
export interface ValidateOptions {
  readonly threads?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Show the stable codes of errors. */
  readonly verbose?: boolean;
}

/** `mmlock validate FILE…`: are these workload files right, and would they fit this machine? */
export const validateCommand: CommandFactory = (context, run) =>
  new Command('validate')
    .argument('<files...>', 'workload files')
    .option('--threads <n>', 'check for so many threads (default: the cores)', wholeNumber(1))
    .option(
      '--memory <size>',
      'check for so much memory, such as 2GiB (default: a quarter of the machine)',
      quantity(parseSize),
    )
    .option('--verbose', 'show the codes of errors')
    .action((files: string[], options: ValidateOptions) =>
      run(() => validate(files, options, context)),
    );

/**
 * Checks every file as `bench` would before it measures, lock files included, prints all that is wrong with
 * any, and gives 2 if there was an error.
 */
export async function validate(
  files: readonly string[],
  options: ValidateOptions,
  context: Context,
): Promise<ExitStatus> {
  let failed = false;
  for (const file of files) {
    const asked = {
      ...options,
      engine: 'threads',
      out: '',
      format: 'table',
      host: 'shared',
    } as const;
    const prepared = await prepareWorkloads([file], asked, 1, context);
    context.stderr.write(prepared.messages);
    if (prepared.ok) context.stdout.write(`${file}: ok${cellsText(prepared.workloads.length)}\n`);
    else failed = true;
  }
  return failed ? exitStatus.usage : exitStatus.ok;
}

const cellsText = (cells: number): string => (cells === 1 ? '' : `, ${cells} cells`);
