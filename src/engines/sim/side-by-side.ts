import { readCpuQuota } from '../../system/control-group.js';
import { thisMachine, type Machine } from '../../system/machine.js';
import { orNull } from '../../system/reading.js';

/**
 * Trials to run at once where nobody says: one for each CPU that this process may run on, and no more than the quota of
 * its control group is worth. A container sees all CPUs of its node, and each trial takes memory of its own.
 */
export function sideBySide(machine: Machine = thisMachine()): number {
  const quota = orNull(readCpuQuota(machine))?.cpus ?? machine.cpus;
  return Math.max(1, Math.min(machine.cpus, Math.ceil(quota)));
}
