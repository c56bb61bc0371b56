import { Command } from 'commander';
import type { Context, Runner } from './context.js';
import type { DoctorOptions } from './doctor.js';
import { parseDuration } from '../workload/units.js';
import { oneOf, quantity, wholeNumber } from './option-values.js';

/** `mmlock doctor`. */
export function doctorCommand(context: Context, run: Runner): Command {
  return new Command('doctor')
    .description(
      'Says what of this machine makes benchmarks of locks noisy, and which command would change it. Changes nothing.',
    )
    .option('--noise', 'measure how far a strategy differs from itself here: about 40 s')
    .option('--duration <time>', 'with --noise: length of each window', quantity(parseDuration))
    .option('--blocks <n>', 'with --noise: blocks', wholeNumber(1))
    .option('--out <path>', 'with --noise: keep the result in this file or directory')
    .option('--force', 'with --out: overwrite the result file if it exists')
    .option('--format <form>', 'table or json', oneOf(['table', 'json']), 'table')
    .action((options: DoctorOptions) =>
      run(async () => (await import('./doctor.js')).doctor(options, context)),
    );
}
