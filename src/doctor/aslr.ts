import { readCount } from '../system/values.js';
import { information, unknown, type About, type Check } from './finding.js';

const about: About = {
  check: 'ASLR',
  why: 'Each block is a process of its own, so with it a run samples many layouts of memory, and without it one: leave it on.',
};

const settings = ['off', 'on, but for the heap', 'on'] as const;

export const aslr: Check = (machine) => {
  const setting = readCount(machine.read, '/proc/sys/kernel/randomize_va_space');
  if (!setting.ok) return unknown(about, setting.why);
  return information(about, settings[setting.value] ?? `setting ${setting.value}`);
};
