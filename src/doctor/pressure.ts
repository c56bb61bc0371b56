import { found, whenRead, type Reading } from '../system/reading.js';
import type { Machine } from '../system/machine.js';
import { unexpected } from '../system/values.js';
import { percent } from './counted.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'CPU pressure',
  why: 'It is the time in which something had to wait for a CPU: a thread of a benchmark would have to wait as well.',
};

const path = '/proc/pressure/cpu';

/** Looking at the machine causes some itself. */
const pressureWorthNoting = 0.02;

export const pressure: Check = (machine) => {
  const share = lastTenSeconds(machine);
  if (!share.ok) return unknown(about, share.why);
  const value = `${percent(share.value)} of the last 10 s`;
  if (share.value <= pressureWorthNoting) return good(about, value);
  return noisy(
    about,
    value,
    `something waited for a CPU ${value}`,
    advice('stop what else runs; in a container, what runs on its host counts too'),
  );
};

/** A share of 1. */
const lastTenSeconds = (machine: Machine): Reading<number> =>
  whenRead(machine.read(path), (text) => {
    const average = /^some avg10=(\d{1,3}(?:\.\d{1,6})?) /m.exec(text)?.[1];
    return average === undefined ? unexpected(path) : found(Number(average) / 100);
  });
