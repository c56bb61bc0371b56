import type { ComparedCell } from './comparison.js';
import { missingMetrics, type GatedCell, type GatedWorkload } from './gated-cells.js';
import type { Gate } from '../workload/gate.js';

/** Gated metrics that no cell has, as sentences: what nothing decides is no pass. */
export const missingRefusals = (name: string, workload: GatedWorkload, gate: Gate): string[] =>
  missingMetrics(workload, gate).map((metric) => `${name}: no cell has the gated metric ${metric}`);

/** Gated metrics that were judged in none of their cells, as sentences. `verdict` is null where a test decides. */
export function unjudgedRefusals(
  name: string,
  cells: readonly { readonly gated: GatedCell; readonly verdict: ComparedCell['verdict'] | null }[],
): string[] {
  const metrics = new Set(cells.map(({ gated }) => gated.name));
  return [...metrics]
    .filter((metric) =>
      cells
        .filter(({ gated }) => gated.name === metric)
        .every(({ verdict }) => verdict === 'not-judged'),
    )
    .map((metric) => `${name}: ${metric} is gated, and could be judged in no cell`);
}
