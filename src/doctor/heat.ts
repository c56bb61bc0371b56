import { found, whenRead, type Reading } from '../system/reading.js';
import type { Machine } from '../system/machine.js';
import { readCount, readPerCpu } from '../system/values.js';
import { counted } from './counted.js';
import { good, information, noisy, unknown, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'heat',
  why: 'A core that gets too hot is slowed down in the middle of a run, so that later trials measure a slower machine.',
};

export const heat: Check = (machine) => {
  const now = slowdowns(machine);
  if (!now.ok) return unknown(about, now.why);
  const before = machine.earlier === null ? now : slowdowns(machine.earlier.machine);
  if (before.ok && now.value > before.value) {
    return noisy(
      about,
      'cores are being slowed down now',
      'cores are slowed down by heat',
      advice('let it cool down, or lower the frequency until it stays cool'),
    );
  }
  return now.value === 0
    ? good(about, 'no core slowed down since the start')
    : information(about, `cores slowed down ${counted(now.value, 'time')} since the start`);
};

/** How often any core was slowed down, over all CPUs. */
const slowdowns = (machine: Machine): Reading<number> =>
  whenRead(readPerCpu(machine, 'thermal_throttle/core_throttle_count', readCount), (counts) =>
    found(counts.reduce((sum, count) => sum + count, 0)),
  );
