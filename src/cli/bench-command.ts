import { Command } from 'commander';
import { parseDuration, parseSize } from '../workload/units.js';
import type { BenchOptions } from './bench-options.js';
import type { Context, Runner } from './context.js';
import { engineValue } from './engines.js';
import { addGateOptions } from './gate-options.js';
import { nameList, oneLine, oneOf, quantity, seedValue, wholeNumber } from './option-values.js';
import { addReportOption } from './report-files.js';
import { reportFormats } from '../report/report.js';

/** `mmlock bench FILE…`. */
export function benchCommand(context: Context, run: Runner): Command {
  const command = new Command('bench')
    .description(
      'Runs workloads against lock strategies and prints how they compare. All blocks are saved as they finish.',
    )
    .argument('<file...>', 'workload files (YAML)')
    .option(
      '--strategy <a,b>',
      'run these strategies instead of the workload’s: names, or paths of lock files',
      nameList,
    )
    .option('--baseline <name>', 'the reference strategy that others are compared with')
    .option('--engine <name>', 'what runs the workload', engineValue, 'threads')
    .option(
      '--machine <name>',
      'machine that sim runs on: a name (mmlock list machines), or the path of a profile',
    )
    .option('--cpus <n>', 'CPUs of that machine, from the first (default: all)', wholeNumber(1))
    .option(
      '--threads <n>',
      'threads over all roles (default: number of cores; sim: of CPUs, at least 4)',
      wholeNumber(1),
    )
    .option(
      '--duration <time>',
      'length of each measured window, such as 500ms',
      quantity(parseDuration),
    )
    .option('--warmup <time>', 'longest warm-up before each window', quantity(parseDuration))
    .option('--blocks <n>', 'blocks: each runs every strategy once', wholeNumber(1))
    .option('--quick', '9 blocks and short windows, for a first look')
    .option('--seed <n>', 'seed of all random choices', seedValue)
    .option(
      '--memory <size>',
      'memory that the model may take, such as 512MiB',
      quantity(parseSize),
    )
    .option('--aa', 'add an A/A arm: the reference strategy against itself, to see the noise')
    .option('--label <text>', 'what to call this run in its result, such as a commit', oneLine)
    .option('--out <path>', 'result file, or directory that it gets a name in', 'results/')
    .option('--force', 'overwrite the result file if it exists')
    .option('--csv <file>', 'write a CSV of all trials too (overwritten)')
    .option(
      '--trace <file>',
      'write what threads, CPUs and locks did in block 1 as a trace for Perfetto (sim; overwritten)',
    )
    .option(
      '--trace-window <time>',
      'how much of the window the trace shows, from its opening (default: 1ms)',
      quantity(parseDuration),
    )
    .option('--trace-strategy <name>', 'the strategy traced (default: the reference)')
    .option(
      '--trace-workload <name>',
      'which of several workloads, or cells of a matrix, is traced',
    )
    .option(
      '--format <form>',
      `what to print: ${reportFormats.join(', ')}`,
      oneOf(reportFormats),
      'table',
    )
    .option('--dry-run', 'say what would run, how long it takes and the memory it needs, and stop')
    .option('--quiet', 'no progress')
    .option('--verbose', 'more: codes of errors, locks that nobody waited for');
  return addGateOptions(addReportOption(command, reportFormats)).action(
    (files: string[], options: BenchOptions) =>
      run(async () => (await import('./bench.js')).bench(files, options, context)),
  );
}
