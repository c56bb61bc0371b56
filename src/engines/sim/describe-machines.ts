import { formatDuration } from '../../workload/units.js';
import { cpusOf } from '../../machine/machine-profile.js';
import { builtInMachine, machineNames, type Figure } from './read-machine.js';

/** A machine as `mmlock list` shows it: its shape, and each figure of its file as a text with its source. */
export interface MachineEntry {
  readonly name: string;
  readonly about: string;
  readonly [field: string]: string | number;
}

/** Figures that are no durations. */
const plain = new Set(['line.read_factor', 'line.jitter', 'scheduler.jitter']);

/** The machines that come with mmlock, by number of CPUs. */
export function describeMachines(): MachineEntry[] {
  return machineNames()
    .map((name) => builtInMachine(name))
    .sort((a, b) => cpusOf(a.profile) - cpusOf(b.profile))
    .map(({ profile, figures }) => ({
      name: profile.name,
      about: profile.about,
      cpus: cpusOf(profile),
      sockets: profile.shape.sockets,
      clusters_per_socket: profile.shape.clustersPerSocket,
      cores_per_cluster: profile.shape.coresPerCluster,
      placement: profile.shape.placement,
      ...(profile.hypervisor === null ? {} : { physical_cpus: profile.hypervisor.physicalCpus }),
      ...Object.fromEntries(
        Object.entries(figures).map(([place, figure]) => [place, figureText(place, figure)]),
      ),
    }));
}

function figureText(place: string, { value, source }: Figure): string {
  if (typeof value === 'boolean') return `${value ? 'yes' : 'no'} (${source})`;
  return `${plain.has(place) ? value : formatDuration(value)} (${source})`;
}
