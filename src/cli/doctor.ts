import { examine } from '../doctor/checks.js';
import { renderFindings } from '../report/findings-table.js';
import { lookTwice } from '../system/machine.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';

export interface DoctorOptions {
  readonly format: 'table' | 'json';
}

/** How long counters are watched, s. */
const watched = 1;

/** `mmlock doctor`: looks at the machine for a second and says what it found. */
export async function doctor(options: DoctorOptions, context: Context): Promise<ExitStatus> {
  const { stdout, env } = context;
  const findings = await lookTwice(watched, examine);
  stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ findings }, null, 2)}\n`
      : renderFindings(findings, { width: widthOf(stdout, env), colour: wantsColour(stdout, env) }),
  );
  return exitStatus.ok;
}
