import { readCount, readList } from '../system/values.js';
import { counted } from './counted.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';
import { kernelCommand } from './remedy.js';

const about: About = {
  check: 'NUMA balancing',
  why: 'It unmaps pages to see who uses them and moves them between nodes, so that memory under a lock changes its distance.',
};

const path = '/proc/sys/kernel/numa_balancing';

export const numa: Check = (machine) => {
  const nodes = readList(machine.read, '/sys/devices/system/node/online');
  if (!nodes.ok) return unknown(about, nodes.why);
  if (nodes.value.count < 2) return good(about, 'nothing to balance: one node');
  const balancing = readCount(machine.read, path);
  if (!balancing.ok) return unknown(about, balancing.why);
  const value = `${balancing.value === 0 ? 'off' : 'on'}, ${counted(nodes.value.count, 'node')}`;
  if (balancing.value === 0) return good(about, value);
  const command = `echo 0 | sudo tee ${path}`;
  return noisy(about, value, 'NUMA balancing is on', kernelCommand(machine, command));
};
