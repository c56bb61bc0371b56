import type { Gate, GateMargin } from '../workload/gate.js';
import type { GatedCell } from './gated-cells.js';
import { percentiles } from '../workload/metrics.js';

/** Where a pipeline runs: a shared runner is noisier than a machine of one's own. */
export const hosts = ['shared', 'dedicated'] as const;
export type Host = (typeof hosts)[number];

/** Margins where nobody names one: of throughput and the like, and of times. */
const usual: Readonly<Record<Host, { readonly rates: number; readonly times: number }>> = {
  shared: { rates: 0.1, times: 0.25 },
  dedicated: { rates: 0.03, times: 0.1 },
};

/** Metrics that are gated where a workload has no `gate:`. */
export const usualMetrics: readonly string[] = ['throughput', 'p99'];

/** The margin that a metric has by default on such a host. */
export function usualMargin(metric: string, host: Host): number {
  const isTime = Object.keys(percentiles).some((name) => metric.endsWith(name));
  return isTime || /(mean|max|starvation)$/.test(metric) ? usual[host].times : usual[host].rates;
}

/** The margin of a cell as a number: for `auto`, what was settled before the run, or else the usual one. */
export function marginOf({ margin, name, role, op }: GatedCell, gate: Gate, host: Host): number {
  if (margin.margin !== 'auto') return margin.margin;
  const settled = gate.auto?.find(
    (each) => each.metric === name && each.role === role.name && each.op === op,
  );
  return settled?.margin ?? usualMargin(name, host);
}

/** The entry of `gate:` for the usual metrics of the headline role and its first operation. */
export const usualMargins = (role: string, op: string, host: Host): readonly GateMargin[] =>
  usualMetrics.map((metric) => ({
    strategy: null,
    role,
    op: metric === 'throughput' ? null : op,
    metric,
    margin: usualMargin(metric, host),
    place: null,
  }));
