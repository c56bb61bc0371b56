import { Command } from 'commander';
import type { Context, Runner } from './context.js';
import type { DoctorOptions } from './doctor.js';
import { oneOf } from './option-values.js';

/** `mmlock doctor`. */
export function doctorCommand(context: Context, run: Runner): Command {
  return new Command('doctor')
    .description(
      'Says what of this machine makes benchmarks of locks noisy, and which command would change it. Changes nothing.',
    )
    .option('--format <form>', 'table or json', oneOf(['table', 'json']), 'table')
    .action((options: DoctorOptions) =>
      run(async () => (await import('./doctor.js')).doctor(options, context)),
    );
}
