import { usualMargins, type Host } from '../gate/margins.js';
import { firstOperation, headlineRole } from '../results/metrics.js';
import type { Gate, GateMargin } from '../workload/gate.js';
import type { Plan } from '../workload/plan.js';
import type { MarginFlag } from './bench-options.js';

/** What the command line says about gating. */
export interface GateFlags {
  readonly margin?: readonly MarginFlag[];
  readonly onInconclusive?: Gate['inconclusive'];
  readonly host: Host;
}

/**
 * The gate of a run or of a comparison: what the workload says, with the usual margins of the headline role where it
 * says nothing, and the flags, which replace every entry of their metric. What `auto` was settled as stays.
 */
export function settleGate(written: Gate | null, plan: Plan, flags: GateFlags): Gate {
  const role = headlineRole(plan.roles);
  const usual = role === undefined ? [] : usualMargins(role.name, firstOperation(role), flags.host);
  const margins = written === null || written.margins.length === 0 ? usual : written.margins;
  const named = new Map((flags.margin ?? []).map((flag) => [flag.metric, flag]));
  const replaced = (metric: string): readonly GateMargin[] => {
    const before = margins.filter((margin) => margin.metric === metric);
    const margin = named.get(metric)?.margin;
    if (margin === undefined) return before;
    const anywhere = { strategy: null, role: null, op: null, metric, margin, place: null };
    return before.length === 0 ? [anywhere] : before.map((entry) => ({ ...entry, margin }));
  };
  const metrics = new Set([...margins.map(({ metric }) => metric), ...named.keys()]);
  return {
    margins: [...metrics].flatMap(replaced),
    ignore: written?.ignore ?? [],
    inconclusive: flags.onInconclusive ?? written?.inconclusive ?? 'fail',
    ...(written?.auto === undefined ? {} : { auto: written.auto }),
  };
}
