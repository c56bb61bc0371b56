import { Command } from 'commander';
import { parseDuration } from '../workload/units.js';
import type { Context, Runner } from './context.js';
import type { DoctorOptions } from './doctor.js';
import { oneOf, quantity, wholeNumber } from './option-values.js';

/** `mmlock doctor`. */
export function doctorCommand(context: Context, run: Runner): Command {
  return new Command('doctor')
    .description(
      'Says what of this machine makes benchmarks of locks noisy, and which command would change it. Changes nothing.',
    )
    .option('--noise', 'measure too how far a strategy differs from itself here, for 30 to 60 s')
    .option('--duration <time>', 'with --noise: length of each window', quantity(parseDuration))
    .option('--blocks <n>', 'with --noise: blocks to measure', wholeNumber(1))
    .option('--out <path>', 'with --noise: keep the result in this file or directory')
    .option('--force', 'with --out: overwrite the file if it exists')
    .option('--format <form>', 'table or json', oneOf(['table', 'json']), 'table')
    .action((options: DoctorOptions) =>
      run(async () => (await import('./doctor.js')).doctor(options, context)),
    );
}
