import { readCpuQuota, readThrottling } from '../system/control-group.js';
import { counted, percent } from './counted.js';
import { good, information, noisy, unknown, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'throttling',
  why: 'It counts the periods in which the CPU quota was used up and everything stood still.',
};

export const throttling: Check = (machine) => {
  const quota = readCpuQuota(machine);
  if (!quota.ok) return unknown(about, quota.why);
  if (quota.value === null) return good(about, 'no quota');
  const { group } = quota.value;
  const now = readThrottling(machine.read, group);
  if (!now.ok) return unknown(about, now.why);
  const before =
    machine.earlier === null ? now : readThrottling(machine.earlier.machine.read, group);
  const { periods, throttled } = now.value;
  if (before.ok && throttled > before.value.throttled) {
    return noisy(
      about,
      `in ${counted(throttled - before.value.throttled, 'period')} while looking`,
      'the CPU quota is being used up',
      advice('something else uses the same quota up: stop it'),
    );
  }
  if (throttled === 0) return good(about, `in none of ${counted(periods, 'period')}`);
  const share = periods === 0 ? '' : ` (${percent(throttled / periods)})`;
  return information(about, `in ${throttled} of ${counted(periods, 'period')}${share}`);
};
