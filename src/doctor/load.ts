import { isLoaded } from '../system/cpu-time.js';
import { counted } from './counted.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';

const about: About = {
  check: 'load',
  why: 'What else runs takes the CPU from a holder, and every waiter then waits for the scheduler and not for the lock.',
};

export const load: Check = (machine) => {
  if (!machine.load.ok) return unknown(about, machine.load.why);
  const [minute = 0] = machine.load.value;
  const value = `${minute.toFixed(1)} on ${counted(machine.cpus, 'CPU')}`;
  if (!isLoaded(minute, machine.cpus)) return good(about, value);
  return noisy(about, value, `load is ${value}`, {
    command: 'ps -eo pcpu,pid,comm --sort=-pcpu | head',
    remark: 'shows what runs: stop it, or wait a minute and look again',
  });
};
