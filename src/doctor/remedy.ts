import type { Machine } from '../system/machine.js';
import { orNull } from '../system/reading.js';
import { readContainer } from '../system/virtualisation.js';
import type { Remedy } from './finding.js';

/** A command that changes the kernel's settings, which a container shares with its host. */
export function kernelCommand(machine: Machine, command: string): Remedy {
  const container = orNull(readContainer(machine));
  const remark =
    container === null ? '' : 'on the host: it cannot be changed from inside a container';
  return { command, remark };
}

/** There is no command for it. */
export const advice = (remark: string): Remedy => ({ command: null, remark });

/** `cpupower` where it is installed, as it knows the drivers; else the files it writes. */
export const withCpupower = (machine: Machine, words: string, otherwise: string): Remedy =>
  kernelCommand(machine, machine.hasCommand('cpupower') ? `sudo cpupower ${words}` : otherwise);
