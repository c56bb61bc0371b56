import type { Granularity } from '../strategies/strategy.js';
import { metricUnit, operationRows } from '../results/metrics.js';
import type { StrategyResult, WorkloadResult } from '../results/result.js';
import type { Gate, GateCells, GateIgnore, GateMargin } from '../workload/gate.js';
import { better, metricOf, type Metric } from '../workload/metrics.js';
import type { RolePlan } from '../workload/plan.js';
import type { ComparedCell } from './comparison.js';

/** A metric of one strategy, role and operation that a margin applies to. */
export interface GatedCell {
  readonly strategy: string;
  readonly role: RolePlan;
  /** null: the role as a whole. */
  readonly op: string | null;
  readonly name: string;
  readonly metric: Metric;
  readonly margin: GateMargin;
  /** The entry that takes the cell out; null if none does. */
  readonly ignore: GateIgnore | null;
  /** Why it does not count though no entry says so; '' if it does. */
  readonly control: string;
}

/** What cells are found in: a workload, before or after it has run. */
export type GatedWorkload = Pick<WorkloadResult, 'plan' | 'reference' | 'strategies'>;

/**
 * Every cell that the gate speaks of: each strategy but the reference and the A/A arm, refused ones included.
 * An entry without a role is about every role; without an operation it is about the role as a whole where
 * the metric is the role's own, and about every operation where it is a time.
 */
export function gatedCells(workload: GatedWorkload, gate: Gate): GatedCell[] {
  const { reference } = workload;
  const compared = workload.strategies.filter(
    ({ strategy, repeats }) => repeats === null && strategy.name !== reference,
  );
  const names = [...new Set(gate.margins.map(({ metric }) => metric))];
  return names.flatMap((name) => {
    const metric = metricOf(name);
    const margins = gate.margins.filter((margin) => margin.metric === name);
    if (metric === undefined) return [];
    return compared.flatMap((strategy) =>
      workload.plan.roles.flatMap((role) =>
        operationsOf(metric, role, margins).flatMap((op) =>
          cellOf(strategy, role, op, name, metric, margins, gate.ignore),
        ),
      ),
    );
  });
}

/** Entries of `ignore` that match no cell: written for something that is not there. */
export function unmatchedIgnores(workload: GatedWorkload, gate: Gate): readonly GateIgnore[] {
  const cells = gatedCells(workload, { ...gate, ignore: [] });
  return gate.ignore.filter((entry) => !cells.some((cell) => ignores(entry, cell)));
}

/** Metrics for which there is no cell at all. */
export function missingMetrics(workload: GatedWorkload, gate: Gate): readonly string[] {
  const found = new Set(gatedCells(workload, gate).map(({ name }) => name));
  const names = new Set(gate.margins.map(({ metric }) => metric));
  return [...names].filter((name) => !found.has(name));
}

/** Which cell it is: what does not depend on what was measured. */
export function cellIdentity(
  { name, file, plan }: Pick<WorkloadResult, 'name' | 'file' | 'plan'>,
  gated: GatedCell,
) {
  const { place } = gated.margin;
  return {
    workload: name,
    threads: plan.threads,
    strategy: gated.strategy,
    role: gated.role.name,
    op: gated.op,
    metric: gated.name,
    unit: metricUnit(gated.metric, gated),
    better: better(gated.metric),
    place: { file, line: place?.line ?? 1, column: place?.column ?? 1 },
  } satisfies Partial<ComparedCell>;
}

/** Where in the role the metric is looked at; null is the role as a whole. */
function operationsOf(
  metric: Metric,
  role: RolePlan,
  margins: readonly GateMargin[],
): readonly (string | null)[] {
  const named = margins.flatMap(({ role: of, op }) =>
    op !== null && (of === null || of === role.name) && role.rows.includes(op) ? [op] : [],
  );
  const usual = metric.kind === 'times' ? operationRows(role) : [null];
  return [...new Set<string | null>([...usual, ...named])];
}

function cellOf(
  strategy: StrategyResult,
  role: RolePlan,
  op: string | null,
  name: string,
  metric: Metric,
  margins: readonly GateMargin[],
  ignore: readonly GateIgnore[],
): readonly GatedCell[] {
  const place = { strategy: strategy.strategy.name, role: role.name, op };
  const margin = mostSpecific(margins.filter((entry) => covers(entry, place)));
  if (margin === undefined) return [];
  const cell = { strategy: place.strategy, role, op, name, metric, margin };
  const control = controls[strategy.strategy.granularity] ?? '';
  return [{ ...cell, ignore: ignore.find((entry) => ignores(entry, cell)) ?? null, control }];
}

/** Strategies that are bounds, by granularity, and why no verdict is asked of them. */
const controls: Partial<Record<Granularity, string>> = {
  private: 'it shares nothing: a bound',
  unlocked: 'it waits for nobody: a bound',
};

type CellPlace = { readonly strategy: string; readonly role: string; readonly op: string | null };

const covers = (entry: GateCells, place: CellPlace): boolean =>
  (entry.strategy === null || entry.strategy === place.strategy) &&
  (entry.role === null || entry.role === place.role) &&
  (entry.op === null || entry.op === place.op);

const ignores = (
  entry: GateIgnore,
  cell: Pick<GatedCell, 'strategy' | 'role' | 'op' | 'name'>,
): boolean =>
  (entry.metric === null || entry.metric === cell.name) &&
  covers(entry, { strategy: cell.strategy, role: cell.role.name, op: cell.op });

const fieldsNamed = ({ strategy, role, op }: GateCells): number =>
  [strategy, role, op].filter((field) => field !== null).length;

/** Most fields named; of equals the later. */
const mostSpecific = (margins: readonly GateMargin[]): GateMargin | undefined =>
  margins.reduce<GateMargin | undefined>(
    (best, each) => (best === undefined || fieldsNamed(each) >= fieldsNamed(best) ? each : best),
    undefined,
  );
