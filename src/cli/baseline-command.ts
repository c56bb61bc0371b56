import { Command } from 'commander';
import type { ListBaselineOptions, SaveBaselineOptions } from './baseline.js';
import type { Context, Runner } from './context.js';
import { oneOf } from './option-values.js';

/** `mmlock baseline save|list|show|remove`. */
export function baselineCommand(context: Context, run: Runner): Command {
  const command = new Command('baseline').description(
    'Keeps results under names in results/baselines/, which compare takes in place of a file.',
  );
  const load = () => import('./baseline.js');
  command
    .command('save')
    .description('Saves a result under a name.')
    .argument('<name>', 'a to z, 0 to 9, dots, underscores and hyphens')
    .argument('<result>', 'a result file that bench saved')
    .option('--force', 'replace what is saved under that name')
    .action((name: string, result: string, options: SaveBaselineOptions) =>
      run(async () => (await load()).saveBaseline(name, result, options, context)),
    );
  const formatted = (sub: Command): Command =>
    sub.option('--format <form>', 'table or json', oneOf(['table', 'json']), 'table');
  formatted(command.command('list').description('Lists what is saved.')).action(
    (options: ListBaselineOptions) =>
      run(async () => (await load()).listBaselines(options, context)),
  );
  formatted(command.command('show').description('Says what is known of one.'))
    .argument('<name>')
    .action((name: string, options: ListBaselineOptions) =>
      run(async () => (await load()).showBaseline(name, options, context)),
    );
  command
    .command('remove')
    .description('Removes one.')
    .argument('<name>')
    .action((name: string) => run(async () => (await load()).removeBaseline(name, context)));
  return command;
}
