import { found, whenRead, type Reading } from '../system/reading.js';
import type { Machine } from '../system/machine.js';
import { good, information, noisy, unknown, type About, type Check } from './finding.js';
import { kernelCommand } from './remedy.js';

const about: About = {
  check: 'swap',
  why: 'A page that comes back from swap under a lock keeps every waiter for as long as the disk takes.',
};

export const swap: Check = (machine) => {
  const devices = readSwaps(machine);
  if (!devices.ok) return unknown(about, devices.why);
  if (devices.value.length === 0) return good(about, 'none');
  const usedKiB = devices.value.reduce((sum, used) => sum + used, 0);
  if (usedKiB === 0) return information(about, 'there is some, none of it is used');
  const value = `${Math.ceil(usedKiB / 1024)} MiB used`;
  return noisy(about, value, 'swap is in use', kernelCommand(machine, 'sudo swapoff -a'));
};

/** KiB in use on each device. */
const readSwaps = (machine: Machine): Reading<readonly number[]> =>
  whenRead(machine.read('/proc/swaps'), (text) =>
    found(
      text
        .split('\n')
        .map((line) => /^\S+\s+\w+\s+\d+\s+(\d{1,15})\s+-?\d+$/.exec(line.trim())?.[1])
        .filter((used) => used !== undefined)
        .map(Number),
    ),
  );
