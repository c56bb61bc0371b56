import type { WorkloadAnalysis } from '../results/analysis.js';
import type { WorkloadResult } from '../results/result.js';
import { formatNs } from './format.js';

/** `fault-storm · 8 threads: faulter 6, mapper 2 · 12 blocks × 500ms`, with the machine where it was simulated. */
export function headingOf(result: WorkloadResult, analysis: WorkloadAnalysis): string {
  const { plan } = result;
  const roles = plan.roles.map((role) => `${role.name} ${role.threads}`).join(', ');
  const threads = `${plan.threads} thread${plan.threads === 1 ? '' : 's'}: ${roles}`;
  const blocks =
    analysis.blocks === analysis.blocksPlanned
      ? `${analysis.blocks} blocks`
      : `${analysis.blocks} of ${analysis.blocksPlanned} blocks`;
  const machine =
    plan.machine === undefined
      ? ''
      : ` · ${plan.machine.profile.name}, ${plan.machine.cpus} CPU${plan.machine.cpus === 1 ? '' : 's'}`;
  return `${analysis.workload}${machine} · ${threads} · ${blocks} × ${formatNs(plan.run.durationNs)}`;
}
