import { Command } from 'commander';
import { sweepFormats } from '../report/sweep-report.js';
import { parseDuration, parseSize } from '../workload/units.js';
import type { Context, Runner } from './context.js';
import { cpuList } from './cpu-list.js';
import { nameList, oneLine, oneOf, quantity, seedValue, wholeNumber } from './option-values.js';
import { shardValue } from './shard.js';
import type { SweepOptions } from './sweep-options.js';

/** `mmlock sweep FILE --cpus LIST`. */
export function sweepCommand(context: Context, run: Runner): Command {
  return new Command('sweep')
    .description(
      'Simulates a workload at several numbers of CPUs, with as many threads, and prints how each strategy scales. ' +
        'What is finished is saved; the same command goes on with it.',
    )
    .argument('<file>', 'workload file (YAML)')
    .requiredOption(
      '--cpus <list>',
      'numbers of CPUs: 1,2,4,8; an ellipsis goes on as the numbers before it, as in 1,2,4…256 or 8,16,24..80',
      cpuList,
    )
    .option(
      '--machine <name>',
      'machine to simulate: a name (mmlock list machines), or the path of a profile',
    )
    .option(
      '--strategy <a,b>',
      'run these strategies instead of the workload’s: names, or paths of lock files',
      nameList,
    )
    .option('--blocks <n>', 'blocks: each runs every strategy once', wholeNumber(1))
    .option('--seed <n>', 'seed of all random choices', seedValue)
    .option('--duration <time>', 'length of each window, virtual', quantity(parseDuration))
    .option('--warmup <time>', 'warm-up before each window, virtual', quantity(parseDuration))
    .option(
      '--memory <size>',
      'memory that the model may take, such as 512MiB',
      quantity(parseSize),
    )
    .option('--label <text>', 'what to call this run in its result, such as a commit', oneLine)
    .option(
      '--shard <i/n>',
      'run only this part of the trials, for mmlock merge; auto/n takes i from the environment of an array job (default: what Slurm says)',
      shardValue,
    )
    .option(
      '--workers <n>',
      'trials at once (default: the CPUs that this process may use)',
      wholeNumber(1),
    )
    .option('--out <path>', 'result file, or directory that it gets a name in', 'results/')
    .option('--force', 'begin anew, and overwrite the result file if it exists')
    .option('--csv <file>', 'write a CSV of all trials too (overwritten)')
    .option(
      '--format <form>',
      `what to print: ${sweepFormats.join(', ')}`,
      oneOf(sweepFormats),
      'table',
    )
    .option('--quiet', 'no progress')
    .option('--verbose', 'codes of errors')
    .action((file: string, options: SweepOptions) =>
      run(async () => (await import('./sweep.js')).sweep(file, options, context)),
    );
}
