import { Command } from 'commander';
import { trendFormats } from '../report/trend-report.js';
import { parsePercent } from '../workload/units.js';
import type { Context, Runner } from './context.js';
import { metricList, nameList, oneOf, quantity } from './option-values.js';
import type { TrendCommandOptions } from './trend.js';

/** `mmlock trend DIR…`. */
export function trendCommand(context: Context, run: Runner): Command {
  return new Command('trend')
    .description(
      'Shows what became of each strategy over a history of results, and where it changed. Reports, and never gates.',
    )
    .argument('<dir...>', 'folders of results, with those below them, or result files')
    .option('--metric <a,b>', 'these metrics of the headline role', metricList)
    .option('--strategy <a,b>', 'only these strategies', nameList)
    .option('--workload <a,b>', 'only these workloads', nameList)
    .option('--absolute', 'the metrics themselves, not their ratios to the reference strategy')
    .option(
      '--min-change <share>',
      'least change that counts, such as 5% (default: what A/A arms differed by, or 10%, and 25% for times)',
      quantity(parsePercent),
    )
    .option(
      '--format <form>',
      `what to print: ${trendFormats.join(', ')}`,
      oneOf(trendFormats),
      'table',
    )
    .option('--quiet', 'no progress')
    .option('--verbose', 'name every file that was left out')
    .action((paths: string[], options: TrendCommandOptions) =>
      run(async () => (await import('./trend.js')).trend(paths, options, context)),
    );
}
