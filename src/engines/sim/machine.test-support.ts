import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import { SimMachine, startNs, type MachineOptions } from './machine.js';
import type { MachineProfile } from '../../machine/machine-profile.js';
import { builtInMachine } from './read-machine.js';

/** `server-2s-64` without jitter, so that times can be told, and with what a test changes. */
export function plainProfile(changed: Partial<MachineProfile> = {}): MachineProfile {
  const { profile } = builtInMachine('server-2s-64');
  return {
    ...profile,
    line: { ...profile.line, jitter: 0 },
    scheduler: { ...profile.scheduler, jitter: 0 },
    ...changed,
  };
}

export type Steppers = (cpu: Cpu, machine: SimMachine) => Steps | Steps<number>;

/** Runs a program on each thread until all have ended, at most for a virtual second. */
export function simulate(
  program: Steppers,
  options: Partial<MachineOptions> & { readonly threads: number },
): SimMachine {
  const machine = new SimMachine({
    profile: plainProfile(),
    cpus: options.threads,
    words: new Int32Array(4096),
    seed: 1,
    ...options,
  });
  machine.start((cpu) => program(cpu, machine));
  machine.run(startNs + 1e9);
  return machine;
}
