import { diagnosticCodes, type Diagnostic } from './diagnostic.js';
import { defaultSpan } from './compile-operations.js';
import type { Plan } from './plan.js';
import type { Workload } from './schema.js';
import type { WorkloadSource } from './source.js';

/**
 * Every thread works on a span of its own: two threads of one role and one process must not get the same,
 * or what is meant as private work would contend on its pages.
 */
export function checkSpans(plan: Plan, workload: Workload, source: WorkloadSource): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [r, role] of plan.roles.entries()) {
    const crowd = crowdedBy(plan, r);
    for (const [i, op] of role.ops.entries()) {
      const region = plan.space.regions[op.region];
      if (region === undefined || op.span === 0) continue;
      const pages = region.vmas * region.pages;
      const spans = Math.floor(pages / op.span);
      if (!crowd(spans)) continue;
      const path = ['roles', r, 'ops', i];
      const entry = workload.roles[r]?.ops[i];
      const said = entry !== undefined && 'span' in entry && entry.span !== undefined;
      const fit = Math.floor(pages / role.threads);
      const advice = fit > 0 ? `span: ${fit}, or span: shared` : 'span: shared';
      diagnostics.push(
        source.diagnostic(
          diagnosticCodes.threads,
          said ? [...path, 'span'] : path,
          `region "${region.name}" has ${pages} pages, too few for spans of ${said ? op.span : Math.min(defaultSpan, op.span)} for each of the ${role.threads} threads of "${role.name}": make it larger, or say ${advice}`,
        ),
      );
    }
  }
  return diagnostics;
}

/** Tells whether two threads of a role that share a process also share one of so many spans. */
function crowdedBy(plan: Plan, role: number): (spans: number) => boolean {
  const actors = plan.actors.filter((actor) => actor.role === role);
  return (spans) => {
    const taken = new Set<string>();
    for (const { process, index } of actors) {
      const place = `${process} ${index % spans}`;
      if (taken.has(place)) return true;
      taken.add(place);
    }
    return false;
  };
}
