import type { WorkloadExplanation } from '../explain/explanation.js';
import { formatNs } from './format.js';
import { explained } from './explain-grid.js';
import type { Remark } from './remarks.js';

/** `fault-storm on 64 CPUs of server-2s-64: where the time of a fault goes (faulter, 63 of 64 threads)`. */
export function explanationHeading(workload: WorkloadExplanation): string {
  const { machine, operation, role, roleThreads, threads } = workload;
  const on = machine === null ? '' : ` on ${machine.cpus} CPUs of ${machine.name}`;
  const who = `${role}, ${roleThreads} of ${threads} thread${threads === 1 ? '' : 's'}`;
  return `${workload.workload}${on}: where the time of a ${operation} goes (${who})`;
}

/** How the figures came about, that they add up, and what is not among them. */
export function explanationRemarks(workload: WorkloadExplanation): readonly Remark[] {
  const { blocks, differenceNs, operation, otherRoles, roleThreads, windowNs } = workload;
  const remark = (text: string, tone: Remark['tone'] = 'plain'): Remark => ({ text, tone });
  const threads = roleThreads === 1 ? '1 thread' : `${roleThreads} threads`;
  const windows = blocks === 1 ? '1 block' : `${blocks} blocks`;
  const ran = explained(workload);
  const idlers = ran.filter(({ time }) => time.perOperation === null);
  const spread = blocks < 2 ? '' : '; ± to the block that is farthest off';
  return [
    ...(ran.length === 0
      ? []
      : [
          remark(
            `ns a ${operation}: the time of the ${threads} by the ${operation}s finished in ${windows}${spread}`,
            'faint',
          ),
          remark(
            `checked: in every block the parts add up to ${threads} × ${formatNs(windowNs)}` +
              (differenceNs < 1 ? '' : `, but for ${formatNs(differenceNs)} at most`),
            'faint',
          ),
        ]),
    ...(otherRoles.length === 0
      ? []
      : [remark(`other roles: ${otherRoles.map((name) => `--role ${name}`).join(', ')}`, 'faint')]),
    ...idlers.map(({ strategy }) =>
      remark(`${strategy}: no ${operation} was finished in ${windows}`, 'unsure'),
    ),
    ...workload.strategies.flatMap(({ strategy, reason, time }) =>
      time === null
        ? [remark(`unsupported: ${strategy}: ${reason ?? 'no reason given'}`, 'unsure')]
        : [],
    ),
  ];
}
