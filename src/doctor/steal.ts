import { readTicks, stealShare, stealWorthNoting } from '../system/cpu-time.js';
import { percent } from './counted.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'steal time',
  why: 'A hypervisor that gives a CPU to others stops whoever holds a lock on it, for milliseconds and unseen.',
};

export const steal: Check = (machine) => {
  const now = readTicks(machine.read);
  if (!now.ok) return unknown(about, now.why);
  const sinceBoot = stealShare({ total: 0, steal: 0 }, now.value) ?? 0;
  const shares = [sinceBoot];
  let value = `${percent(sinceBoot)} since boot`;
  if (machine.earlier !== null) {
    const before = readTicks(machine.earlier.machine.read);
    const lately = before.ok ? stealShare(before.value, now.value) : null;
    if (lately !== null) {
      shares.push(lately);
      value = `${percent(lately)} in ${machine.earlier.seconds.toFixed(1)} s, ${value}`;
    }
  }
  if (Math.max(...shares) <= stealWorthNoting) return good(about, value);
  return noisy(
    about,
    value,
    `steal time is ${percent(Math.max(...shares))}`,
    advice('it cannot be changed from inside: use a machine, or CPUs, that are not shared'),
  );
};
