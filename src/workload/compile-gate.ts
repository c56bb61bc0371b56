import type { Gate, GateCells, GateIgnore, GateMargin } from './gate.js';
import type { Workload } from './schema.js';
import { gateSettings, type GateEntry } from './schema-claims.js';
import type { Path, WorkloadSource } from './source.js';

/** The workload's `gate:` with every field filled in and its places; null if it has none. */
export function compileGate(workload: Workload, source: WorkloadSource): Gate | null {
  const { gate } = workload;
  if (gate === undefined) return null;
  return {
    margins: Object.entries(gate)
      .filter(([metric]) => !gateSettings.includes(metric))
      .flatMap(([metric, entries]) =>
        compileMargins(metric, entries as GateEntry | readonly GateEntry[], source),
      ),
    ignore: (gate.ignore ?? []).map((entry, index): GateIgnore => ({
      ...cellsOf(entry),
      metric: entry.metric ?? null,
      place: source.placeOf(['gate', 'ignore', index]),
    })),
    inconclusive: gate.inconclusive ?? 'fail',
  };
}

/** `entries` has passed `checkClaims`, so each has one margin. */
function compileMargins(
  metric: string,
  entries: GateEntry | readonly GateEntry[],
  source: WorkloadSource,
): GateMargin[] {
  const isList = entries instanceof Array;
  const list = isList ? entries : [entries];
  return list.map((entry, index) => {
    const at: Path = isList ? ['gate', metric, index] : ['gate', metric];
    return {
      ...cellsOf(entry),
      metric,
      margin: entry.max_drop ?? entry.max_rise ?? 0,
      place: source.placeOf(at),
    };
  });
}

const cellsOf = (entry: {
  readonly strategy?: string | undefined;
  readonly role?: string | undefined;
  readonly op?: string | undefined;
}): GateCells => ({
  strategy: entry.strategy ?? null,
  role: entry.role ?? null,
  op: entry.op ?? null,
});
