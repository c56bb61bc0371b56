import { orNull } from '../system/reading.js';
import { readCount, readWord } from '../system/values.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'power supply',
  why: 'On its battery a machine lowers its frequencies, and changes them as the charge falls.',
};

const folder = '/sys/class/power_supply';

export const powerSupply: Check = (machine) => {
  const supplies = machine.list(folder);
  if (!supplies.ok) return unknown(about, supplies.why);
  const kinds = supplies.value.map((name) => ({
    type: orNull(readWord(machine.read, `${folder}/${name}/type`)),
    online: orNull(readCount(machine.read, `${folder}/${name}/online`)),
  }));
  if (!kinds.some(({ type }) => type === 'Battery')) return good(about, 'no battery');
  const lines = kinds.filter(({ type, online }) => type !== 'Battery' && online !== null);
  if (lines.length === 0) return unknown(about, `${folder} does not say whether it is plugged in`);
  if (lines.some(({ online }) => online !== 0)) return good(about, 'plugged in');
  return noisy(about, 'battery', 'runs on its battery', advice('plug it in'));
};
