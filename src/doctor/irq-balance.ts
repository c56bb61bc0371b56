import { orNull } from '../system/reading.js';
import { readContainer } from '../system/virtualisation.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';

const about: About = {
  check: 'irqbalance',
  why: 'It moves interrupts to other CPUs every ten seconds, so that which thread they hit changes within a run.',
};

export const irqBalance: Check = (machine) => {
  const container = orNull(readContainer(machine));
  if (container !== null)
    return unknown(about, 'a container does not see the processes of its host');
  const processes = machine.list('/proc');
  if (!processes.ok) return unknown(about, processes.why);
  const names = processes.value
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => orNull(machine.read(`/proc/${pid}/comm`))?.trim());
  if (!names.includes('irqbalance')) return good(about, 'does not run');
  return noisy(about, 'runs', 'irqbalance runs', {
    command: 'sudo systemctl stop irqbalance',
    remark: '',
  });
};
