import { Command } from 'commander';
import { explainFormats } from '../report/explain-report.js';
import type { Context, Runner } from './context.js';
import type { ExplainOptions } from './explain.js';
import { nameList, oneOf } from './option-values.js';

/** `mmlock explain RESULT`. */
export function explainCommand(context: Context, run: Runner): Command {
  return new Command('explain')
    .description(
      'Shows where the time of an operation went, a bar a strategy: work, waiting for which lock and how, cache-line ' +
        'transfers and so on. The result must be of the engine sim.',
    )
    .argument('<result>', 'a result file that bench --engine sim saved')
    .option('--workload <a,b>', 'only these workloads', nameList)
    .option('--strategy <a,b>', 'only these strategies', nameList)
    .option('--role <name>', 'operations of this role (default: the headline role)')
    .option(
      '--format <form>',
      `what to print: ${explainFormats.join(', ')}`,
      oneOf(explainFormats),
      'table',
    )
    .option('--verbose', 'every part, however small')
    .action((result: string, options: ExplainOptions) =>
      run(async () => (await import('./explain.js')).explain(result, options, context)),
    );
}
