import { orNull } from '../system/reading.js';
import { readSmt, smtFolder } from '../system/smt.js';
import { readHypervisor } from '../system/virtualisation.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { kernelCommand } from './remedy.js';

const about: About = {
  check: 'SMT',
  why:
    'Two threads of one core share its units and caches: a waiter that spins slows the holder beside it, and a lock ' +
    'passed between them never leaves the core.',
};

export const smt: Check = (machine) => {
  const active = readSmt(machine);
  if (!active.ok) return unknown(about, active.why);
  if (active.value) {
    const command = `echo off | sudo tee ${smtFolder}/control`;
    return noisy(about, 'on', 'SMT is on', kernelCommand(machine, command));
  }
  const hypervisor = orNull(readHypervisor(machine));
  return hypervisor === null
    ? good(about, 'off')
    : unknown(about, 'a hypervisor may run two of these CPUs on one core, and does not say');
};
