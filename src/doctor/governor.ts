import { readGovernors } from '../system/frequency.js';
import { tally } from './counted.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { withCpupower } from './remedy.js';

const about: About = {
  check: 'governor',
  why:
    'A governor that follows the load slows the cores of a lock whose waiters sleep, and not those of one whose ' +
    'waiters spin.',
};

/** These hold one frequency. */
const steady: readonly string[] = ['performance', 'userspace'];

export const governor: Check = (machine) => {
  const governors = readGovernors(machine);
  if (!governors.ok) return unknown(about, governors.why);
  const value = tally(governors.value, 'CPU');
  const others = new Set(governors.value.filter((name) => !steady.includes(name)));
  if (others.size === 0) return good(about, value);
  return noisy(
    about,
    value,
    `governor is ${[...others].join(' and ')}`,
    withCpupower(
      machine,
      'frequency-set -g performance',
      'echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor',
    ),
  );
};
