import { readName, readWord } from '../system/values.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { advice, kernelCommand } from './remedy.js';

const about: About = {
  check: 'clock source',
  why: 'Latencies are differences of two looks at the clock: one that takes a system call costs more than many a lock.',
};

const folder = '/sys/devices/system/clocksource/clocksource0';

/** What the kernel lets user space read without a system call. */
const inUserSpace: readonly string[] = [
  'tsc',
  'arch_sys_counter',
  'kvm-clock',
  'hyperv_clocksource_tsc_page',
];

export const clockSource: Check = (machine) => {
  const current = readWord(machine.read, `${folder}/current_clocksource`);
  if (!current.ok) return unknown(about, current.why);
  if (inUserSpace.includes(current.value)) return good(about, current.value);
  const available = readName(machine.read, `${folder}/available_clocksource`);
  const better = available.ok
    ? inUserSpace.find((name) => available.value.split(' ').includes(name))
    : undefined;
  const remedy =
    better === undefined
      ? advice('the kernel offers none that user space can read; its log (dmesg) says why')
      : kernelCommand(machine, `echo ${better} | sudo tee ${folder}/current_clocksource`);
  return noisy(about, current.value, `clock source is ${current.value}`, remedy);
};
