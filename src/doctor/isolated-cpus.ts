import { readList } from '../system/values.js';
import { information, unknown, type About, type Check } from './finding.js';

const about: About = {
  check: 'isolated CPUs',
  why:
    'The scheduler leaves isolated CPUs alone and does not balance load among them: threads sent there stay together ' +
    'on one.',
};

export const isolatedCpus: Check = (machine) => {
  const isolated = readList(machine.read, '/sys/devices/system/cpu/isolated');
  if (!isolated.ok) return unknown(about, isolated.why);
  return information(about, isolated.value.count === 0 ? 'none' : isolated.value.text);
};
