import { cpusOf, readMachine, usualMachine } from '../engines/sim/read-machine.js';
import { printDiagnostics } from '../workload/diagnostic.js';
import type { MachinePlan } from '../workload/plan.js';
import type { BenchOptions } from './bench-options.js';

/** The machine that a run is simulated on, undefined where none is; or what is wrong, for standard error. */
export type SettledMachine =
  | { readonly ok: true; readonly machine: MachinePlan | undefined }
  | { readonly ok: false; readonly messages: string };

/**
 * Settles `--machine` and `--cpus`.
 *
 * @param directory what a path is relative to
 */
export async function settleMachine(
  { engine, machine, cpus, verbose }: BenchOptions,
  directory: string,
): Promise<SettledMachine> {
  if (engine !== 'sim') {
    const asked = [
      ...(machine === undefined ? [] : ['--machine']),
      ...(cpus === undefined ? [] : ['--cpus']),
    ];
    return asked.length === 0
      ? { ok: true, machine: undefined }
      : refuse(
          `${asked.join(', ')}: only --engine sim simulates a machine; add it, or leave this out`,
        );
  }
  const { profile, diagnostics } = await readMachine(machine ?? usualMachine, directory);
  if (profile === undefined) {
    const help = 'Machines: docs/machines.md';
    const messages = printDiagnostics(diagnostics, { verbose: verbose === true, help });
    return { ok: false, messages };
  }
  const most = cpusOf(profile);
  if (cpus !== undefined && cpus > most) {
    return refuse(`--cpus ${cpus}: ${profile.name} has ${most} CPUs; name a larger --machine`);
  }
  return { ok: true, machine: { profile, cpus: cpus ?? most } };
}

const refuse = (message: string): SettledMachine => ({ ok: false, messages: `${message}\n` });

/** Threads where nobody says: one for each CPU, and as many as it takes for threads of one role to contend. */
export const usualThreads = ({ cpus }: MachinePlan): number => Math.max(4, cpus);
