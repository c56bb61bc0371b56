import { readCpuQuota } from '../system/control-group.js';
import { counted } from './counted.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'CPU quota',
  why: 'Once the quota of a period is used up all threads stand still until the next, also the one that holds the lock.',
};

export const cpuQuota: Check = (machine) => {
  const quota = readCpuQuota(machine);
  if (!quota.ok) return unknown(about, quota.why);
  if (quota.value === null) return good(about, 'none');
  const { cpus, periodMs } = quota.value;
  const allowed = Number(cpus.toPrecision(3));
  const value = `${allowed} of ${counted(machine.cpus, 'CPU')}, in periods of ${Number(periodMs.toPrecision(3))} ms`;
  if (cpus >= machine.cpus) return good(about, value);
  const threads = Math.floor(cpus);
  return noisy(
    about,
    value,
    `CPU quota is ${allowed} of ${counted(machine.cpus, 'CPU')}`,
    advice(
      'it cannot be changed from inside: drop the limit where the container or service is started (docker --cpus, ' +
        `limits.cpu, CPUQuota=)${threads > 2 ? `, or use --threads ${threads - 1}` : ''}`,
    ),
  );
};
