import { countCores, countSockets } from '../system/cpuinfo.js';
import { orNull } from '../system/reading.js';
import { readList } from '../system/values.js';
import { counted } from './counted.js';
import { information, noisy, type About, type Check } from './finding.js';
import { advice } from './remedy.js';

const about: About = {
  check: 'CPUs',
  why:
    'Unless a workload or --threads says otherwise there is one thread a CPU, and with fewer than four, readers hardly ' +
    'meet readers.',
};

export const cpuCount: Check = (machine) => {
  const { cpus } = machine;
  const online = orNull(readList(machine.read, '/sys/devices/system/cpu/online'))?.count ?? cpus;
  const cpuinfo = orNull(machine.read('/proc/cpuinfo')) ?? '';
  const [cores, sockets] = [countCores(cpuinfo), countSockets(cpuinfo)];
  const on = [
    ...(cores === null ? [] : [counted(cores, 'core')]),
    ...(sockets === null ? [] : [counted(sockets, 'socket')]),
  ];
  const usable = online > cpus ? `${cpus} of ${counted(online, 'CPU')}` : counted(cpus, 'CPU');
  const value = on.length === 0 ? usable : `${usable}, ${on.join(', ')}`;
  if (cpus > 1) return information(about, value);
  return noisy(
    about,
    value,
    'there is one CPU to run on',
    advice(
      'use a machine with more: on one CPU a lock is only met when the system takes the CPU from its holder',
    ),
  );
};
