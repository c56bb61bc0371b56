import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../workload/units.js';
import type { Context, Runner } from './context.js';
import { oneOf, quantity, wholeNumber } from './option-values.js';
import type { VerifyOptions } from './verify.js';

/** `mmlock verify [LOCK|STRATEGY|FILE…]`. */
export function verifyCommand(context: Context, run: Runner): Command {
  return new Command('verify')
    .description(
      'Runs locks and strategies under every interleaving of a few threads that can make a difference, and says which fault there is, or for what there is none.',
    )
    .argument(
      '[target...]',
      'locks and strategies by name, or lock files by path (default: all there are)',
    )
    .option(
      '--threads <n>',
      'how many threads (default: 2, each for two rounds, then 3 for one)',
      threadCount,
    )
    .option('--rounds <n>', 'how often each thread takes the lock', wholeNumber(1))
    .option(
      '--deviations <n>',
      'spurious wakes, early returns, timeouts and the like in one execution',
      wholeNumber(0),
      1,
    )
    .option(
      '--time <time>',
      'longest time for one target, such as 5s, or none for no bound',
      timeBound,
      defaultTimeMs,
    )
    .option('--max-executions <n>', 'most executions for one target', wholeNumber(1))
    .option('--max-steps <n>', 'steps after which an execution is given up', wholeNumber(10), 1000)
    .option(
      '--out <path>',
      'where the interleaving of a fault goes: a file, or a directory',
      'results/',
    )
    .option('--replay <file>', 'play a saved interleaving again, step by step')
    .option('--format <form>', 'table or json', oneOf(['table', 'json']), 'table')
    .option('--gate', 'exit with 3 if one could not be explored to the end')
    .option('--quiet', 'no progress')
    .action((words: string[], options: VerifyOptions) =>
      run(async () => (await import('./verify.js')).verify(words, options, context)),
    );
}

const defaultTimeMs = 30_000;
/** Threads are bits of a mask, and more than a few are never explored to the end. */
const mostThreads = 8;

function threadCount(text: string): number {
  const threads = wholeNumber(2)(text);
  if (threads > mostThreads) throw new InvalidArgumentError(`It must be ${mostThreads} at most.`);
  return threads;
}

const timeBound = (text: string): number =>
  text === 'none' ? Infinity : quantity(parseDuration)(text) / 1e6;
