import { readFrequencies } from '../system/frequency.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'frequencies',
  why: 'Threads on cores of different speed take a lock in turns of different length, which looks like unfairness.',
};

/** Of the greatest frequency; what a governor that holds one leaves is below it. */
const spreadWorthNoting = 0.1;

const gigahertz = (kHz: number): string => (kHz / 1e6).toFixed(2);

export const frequencySpread: Check = (machine) => {
  const now = readFrequencies(machine);
  if (!now.ok) return unknown(about, now.why);
  const before = machine.earlier === null ? now : readFrequencies(machine.earlier.machine);
  const all = before.ok ? [...now.value, ...before.value] : now.value;
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  const range =
    gigahertz(least) === gigahertz(greatest)
      ? `${gigahertz(least)} GHz`
      : `${gigahertz(least)} to ${gigahertz(greatest)} GHz`;
  if (greatest === 0 || (greatest - least) / greatest <= spreadWorthNoting)
    return good(about, range);
  return noisy(
    about,
    range,
    `frequencies range from ${range}`,
    advice(
      'follows from the governor, turbo, heat and kinds of cores: settle those, and look again',
    ),
  );
};
