import { examine } from '../doctor/checks.js';
import { renderFindings } from '../report/findings-table.js';
import { lookTwice } from '../system/machine.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import type { NoiseOptions } from './doctor-noise.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';

export interface DoctorOptions extends NoiseOptions {
  readonly format: 'table' | 'json';
  readonly noise?: boolean;
}

/** How long counters are watched, s. */
const watched = 1;

/** `mmlock doctor`: looks at the machine for a second and says what it found; with `--noise`, measures it as well. */
export async function doctor(options: DoctorOptions, context: Context): Promise<ExitStatus> {
  const { stderr, stdout, env } = context;
  const needless = (['duration', 'blocks', 'out', 'force'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (options.noise !== true && needless !== undefined) {
    stderr.write(`--${needless} is about what --noise measures: give both, or neither\n`);
    return exitStatus.usage;
  }
  const layout = { width: widthOf(stdout, env), colour: wantsColour(stdout, env) };
  const findings = await lookTwice(watched, examine);
  if (options.format === 'table') stdout.write(renderFindings(findings, layout));
  const noise =
    options.noise === true
      ? await (await import('./doctor-noise.js')).measureNoise(options, context)
      : null;
  if (options.format === 'json') {
    const measured = noise === null ? {} : { noise: noise.measures };
    stdout.write(`${JSON.stringify({ findings, ...measured }, null, 2)}\n`);
  } else if (noise?.measures != null) {
    const { renderNoise } = await import('../report/noise-table.js');
    stdout.write(renderNoise(noise.measures, layout));
  }
  return noise?.status ?? exitStatus.ok;
}
