import { examine } from '../doctor/checks.js';
import type { Finding } from '../doctor/finding.js';
import type { NoiseMeasure } from '../gate/noise-survey.js';
import { renderFindings } from '../report/findings-table.js';
import { lookTwice } from '../system/machine.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import type { NoiseOptions } from './doctor-noise.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';

export interface DoctorOptions extends NoiseOptions {
  readonly noise?: boolean;
  readonly format: 'table' | 'json';
}

/** How long counters are watched, s. */
const watched = 1;

const noiseOnly = ['duration', 'blocks', 'out', 'force'] as const;

/** `mmlock doctor`: looks at the machine for a second and says what it found; with `--noise`, measures it as well. */
export async function doctor(options: DoctorOptions, context: Context): Promise<ExitStatus> {
  const idle = options.noise === true ? [] : noiseOnly.filter((name) => name in options);
  if (idle.length > 0) {
    const flags = idle.map((name) => `--${name}`).join(', ');
    context.stderr.write(`${flags}: only --noise measures anything: add it, or leave this out\n`);
    return exitStatus.usage;
  }
  // First, as what is measured afterwards would be found as load.
  const findings = await lookTwice(watched, examine);
  if (options.noise !== true) {
    await print(findings, null, options, context);
    return exitStatus.ok;
  }
  const { measureNoise } = await import('./doctor-noise.js');
  const { status, measures } = await measureNoise(options, context);
  if (measures !== null) await print(findings, measures, options, context);
  return status;
}

async function print(
  findings: readonly Finding[],
  noise: readonly NoiseMeasure[] | null,
  { format }: DoctorOptions,
  { stdout, env }: Context,
): Promise<void> {
  if (format === 'json') {
    const content = noise === null ? { findings } : { findings, noise };
    stdout.write(`${JSON.stringify(content, null, 2)}\n`);
    return;
  }
  const layout = { width: widthOf(stdout, env), colour: wantsColour(stdout, env) };
  stdout.write(renderFindings(findings, layout));
  if (noise === null) return;
  const { renderNoise } = await import('../report/noise-table.js');
  stdout.write(`\n${renderNoise(noise, layout)}`);
}
