import { readContainer } from '../system/virtualisation.js';
import { information, unknown, type About, type Check } from './finding.js';

const about: About = {
  check: 'container',
  why: 'It costs locks nothing itself, but its quotas do, and what its host does is seen only in part.',
};

export const container: Check = (machine) => {
  const engine = readContainer(machine);
  if (!engine.ok) return unknown(about, engine.why);
  return information(about, engine.value ?? 'no sign of one');
};
