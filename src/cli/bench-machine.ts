import { cpusOf } from '../machine/machine-profile.js';
import { readMachine, usualMachine } from '../engines/sim/read-machine.js';
import { diagnosticCodes, wholeFile, type Diagnostic } from '../workload/diagnostic.js';
import type { WorkloadSource } from '../workload/source.js';
import type { MachinePlan } from '../workload/plan.js';
import type { BenchOptions } from './bench-options.js';

/** What a workload says of the machine that it is to be simulated on. */
export interface WishedMachine {
  readonly machine?: string | undefined;
  readonly cpus?: number | undefined;
}

/** The machine that a run is simulated on, undefined where none is; or what is wrong. */
export interface SettledMachine {
  readonly machine?: MachinePlan;
  readonly diagnostics: readonly Diagnostic[];
}

/** Refuses `--machine` and `--cpus` where nothing is simulated. */
export function checkMachineOptions({ engine, machine, cpus }: BenchOptions): Diagnostic[] {
  if (engine === 'sim') return [];
  const asked = [
    ...(machine === undefined ? [] : ['--machine']),
    ...(cpus === undefined ? [] : ['--cpus']),
  ];
  if (asked.length === 0) return [];
  const message = 'only --engine sim simulates a machine: add it, or leave this out';
  return [wholeFile(asked.join(', '), diagnosticCodes.contradiction, message)];
}

/**
 * Settles `--machine` and `--cpus`, and where they are not given what the workload wishes under `run.sim`.
 *
 * @param from folder of the workload's file, which a path in it is relative to
 * @param directory what a path on the command line is relative to
 */
export async function settleMachine(
  options: BenchOptions,
  wished: WishedMachine,
  source: WorkloadSource,
  from: string,
  directory: string,
): Promise<SettledMachine> {
  if (options.engine !== 'sim') return { diagnostics: [] };
  const isWished = options.machine === undefined && wished.machine !== undefined;
  const name = options.machine ?? wished.machine ?? usualMachine;
  const { profile, diagnostics } = await readMachine(name, isWished ? from : directory);
  if (profile === undefined) return { diagnostics };
  const most = cpusOf(profile);
  const cpus = options.cpus ?? wished.cpus ?? most;
  if (cpus <= most) return { machine: { profile, cpus }, diagnostics };
  const message = `${profile.name} has ${most} CPUs, not ${cpus}: name a larger machine`;
  return {
    diagnostics: [
      options.cpus === undefined
        ? source.diagnostic(diagnosticCodes.outOfRange, ['run', 'sim', 'cpus'], message)
        : wholeFile('--cpus', diagnosticCodes.outOfRange, message),
    ],
  };
}

/** Threads where nobody says: one for each CPU, and as many as it takes for threads of one role to contend. */
export const usualThreads = ({ cpus }: MachinePlan): number => Math.max(4, cpus);
