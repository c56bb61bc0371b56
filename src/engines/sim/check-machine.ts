import { diagnosticCodes } from '../../workload/diagnostic.js';
import { mapping, number, text } from '../../workload/outline.js';
import type { Report } from '../../workload/report-fault.js';
import type { Path } from '../../workload/source.js';
import { parseWholeDuration } from '../../workload/units.js';
import { mostCpus } from './machine-schema.js';
import { mostClusters } from './topology.js';

/** Costs of which the first is at most the second, and why. */
const risingCosts: readonly (readonly [lesser: Path, greater: Path, because: string])[] = [
  [['line', 'hit'], ['line', 'atomic'], 'an atomic operation is an access and more'],
  [['line', 'residency'], ['line', 'cluster'], 'the residency is part of each transfer'],
  [['line', 'cluster'], ['line', 'socket'], 'a socket is wider than a cluster'],
  [['line', 'socket'], ['line', 'remote'], 'another socket is farther away'],
  [
    ['scheduler', 'wake_shallow'],
    ['scheduler', 'wake_deep'],
    'leaving a deep idle state takes longer',
  ],
];

/**
 * What only several figures together can tell. Reads the file as it is written, so that it finds what it can in
 * one that has other faults.
 */
export function checkMachine(content: unknown, report: Report): void {
  const { contradiction, outOfRange } = diagnosticCodes;
  const top = mapping(content);
  const shape = mapping(top.shape);
  const sockets = number(shape.sockets);
  const cores = number(shape.cores_per_cluster);
  const clusters = number(shape.clusters_per_socket) ?? 1;
  const cpus =
    sockets === undefined || cores === undefined ? undefined : sockets * clusters * cores;
  if (cpus !== undefined && cpus > mostCpus) {
    report(outOfRange, ['shape'], `${cpus} CPUs, and a machine has at most ${mostCpus}`, 'key');
  } else if (sockets !== undefined && sockets * clusters > mostClusters) {
    const message = `${sockets * clusters} clusters in all, and a machine has at most ${mostClusters}`;
    report(outOfRange, ['shape'], message, 'key');
  }
  for (const [lesser, greater, because] of risingCosts) {
    const less = durationAt(content, lesser);
    const more = durationAt(content, greater);
    if (less === undefined || more === undefined || less.ns <= more.ns) continue;
    const message = `${lesser.join('.')} is ${less.text} and ${greater.join('.')} ${more.text}: ${because}`;
    report(contradiction, [...lesser, 'value'], message);
  }
  const physical = number(mapping(top.hypervisor).physical_cpus);
  if (physical !== undefined && cpus !== undefined && cpus > 0 && physical > cpus) {
    const message = `${physical} physical CPUs, and the shape has ${cpus}: a guest has at least as many as its host gives`;
    report(contradiction, ['hypervisor', 'physical_cpus'], message);
  }
}

/** A duration as the file has it; undefined where it has none. */
function durationAt(content: unknown, path: Path): { ns: number; text: string } | undefined {
  const cost = path.reduce((value: unknown, step) => mapping(value)[step], content);
  const written = text(mapping(cost).value);
  if (written === undefined) return undefined;
  const parsed = parseWholeDuration(written);
  return parsed.ok ? { ns: parsed.value, text: written } : undefined;
}
