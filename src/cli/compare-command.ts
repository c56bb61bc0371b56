import { Command } from 'commander';
import { verdictFormats } from '../report/verdicts.js';
import type { CompareCommandOptions } from './compare.js';
import type { Context, Runner } from './context.js';
import { addGateOptions } from './gate-options.js';
import { metricList, nameList, oneOf } from './option-values.js';
import { addReportOption } from './report-files.js';

/** `mmlock compare BASE HEAD…`. */
export function compareCommand(context: Context, run: Runner): Command {
  const command = new Command('compare')
    .description(
      'Compares saved results, strategy by strategy and metric by metric, by ratios to the reference strategy.',
    )
    .argument('<base>', 'a result file, a folder of them, or the name of a saved baseline')
    .argument('<head...>', 'what is compared with it: the same')
    .option(
      '--metric <a,b>',
      'only these metrics; without a margin they get no verdict',
      metricList,
    )
    .option('--strategy <a,b>', 'only these strategies', nameList)
    .option(
      '--allow-mismatch',
      'print ratios, without verdicts, though the runs have different fingerprints',
    )
    .option(
      '--format <form>',
      `what to print: ${verdictFormats.join(', ')}`,
      oneOf(verdictFormats),
      'table',
    )
    .option('--output <file>', 'write it there (overwritten) instead of to standard output')
    .option('--verbose', 'every cell, also where a table would only count them');
  return addGateOptions(addReportOption(command, verdictFormats)).action(
    (base: string, heads: string[], options: CompareCommandOptions) =>
      run(async () => (await import('./compare.js')).compare(base, heads, options, context)),
  );
}
