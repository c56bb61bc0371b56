import { readTurbo } from '../system/frequency.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { kernelCommand } from './remedy.js';

const about: About = {
  check: 'turbo',
  why: 'With turbo the frequency depends on how many cores are busy and how warm they are, and strategies differ in both.',
};

export const turbo: Check = (machine) => {
  const reading = readTurbo(machine);
  if (!reading.ok) return unknown(about, reading.why);
  const { allowed, path, off } = reading.value;
  if (!allowed) return good(about, 'off');
  const files = path.replace('policy0', 'policy*');
  return noisy(
    about,
    'on',
    'turbo is on',
    kernelCommand(machine, `echo ${off} | sudo tee ${files}`),
  );
};
