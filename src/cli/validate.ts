import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { compile } from '../workload/compile.js';
import { hasErrors, printDiagnostics, type Diagnostic } from '../workload/diagnostic.js';
import { givenMemory } from '../workload/given-memory.js';
import { knownNames } from '../workload/known-names.js';
import { readWorkload } from '../workload/read-workload.js';
import { parseSize } from '../workload/units.js';
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

/** Checks every file, prints all that is wrong with any, and gives 2 if there was an error. */
export async function validate(
  files: readonly string[],
  options: ValidateOptions,
  context: Context,
): Promise<ExitStatus> {
  let failed = false;
  for (const file of files) {
    const diagnostics = await check(file, options, context);
    context.stderr.write(printDiagnostics(diagnostics, { verbose: options.verbose === true }));
    if (hasErrors(diagnostics)) failed = true;
    else context.stdout.write(`${file}: ok\n`);
  }
  return failed ? exitStatus.usage : exitStatus.ok;
}

async function check(
  file: string,
  options: ValidateOptions,
  context: Context,
): Promise<readonly Diagnostic[]> {
  const { workload, source, diagnostics } = await readWorkload(file, context.directory, knownNames);
  if (workload === undefined || source === undefined) return diagnostics;
  const compiled = compile(workload, source, {
    seed: 1,
    threads: options.threads,
    cores: availableParallelism(),
    memory: options.memory,
    usualMemory: givenMemory(),
    privateWorlds: workload.strategies.some(isPrivate),
  });
  return compiled.ok ? diagnostics : [...diagnostics, ...compiled.diagnostics];
}

const isPrivate = (entry: string | { readonly granularity?: string | undefined }): boolean =>
  typeof entry === 'string' ? entry === 'private' : entry.granularity === 'private';
