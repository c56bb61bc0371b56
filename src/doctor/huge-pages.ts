import { readHugePages } from '../system/huge-pages.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { kernelCommand } from './remedy.js';

const about: About = {
  check: 'huge pages',
  why: 'With `always` the kernel moves memory to huge pages when it finds the time, so that trials of one run differ.',
};

export const hugePages: Check = (machine) => {
  const setting = readHugePages(machine);
  if (!setting.ok) return unknown(about, setting.why);
  if (setting.value !== 'always') return good(about, setting.value);
  const command = 'echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled';
  return noisy(about, 'always', 'huge pages are always tried', kernelCommand(machine, command));
};
