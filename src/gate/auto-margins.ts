import { runsAlike, type Fingerprint } from '../results/fingerprint.js';
import { cellsOf, ratioOf, type BlockValues } from '../results/cells.js';
import { openResult } from '../results/load.js';
import { metricValue } from '../results/metrics.js';
import type { WorkloadResult } from '../results/result.js';
import { familyWise } from '../stats/family.js';
import { historicFloor } from '../stats/historic-floor.js';
import type { AutoMargin, Gate } from '../workload/gate.js';
import { better } from '../workload/metrics.js';
import { gatedCells, type GatedCell, type GatedWorkload } from './gated-cells.js';
import { usualMargin, type Host } from './margins.js';

/** Where a metric is looked at, whatever the strategy. */
type GatedPlace = Pick<GatedCell, 'name' | 'metric' | 'role' | 'op'>;

/** Every place that an entry with `auto` is about, once. */
export function autoPlaces(workload: GatedWorkload, gate: Gate): readonly GatedPlace[] {
  const places = new Map<string, GatedPlace>();
  for (const cell of gatedCells(workload, gate)) {
    if (cell.margin.margin !== 'auto') continue;
    places.set(JSON.stringify([cell.name, cell.role.name, cell.op]), cell);
  }
  return [...places.values()];
}

/**
 * What `auto` comes to at each place: the usual margin, or the noise floor of earlier A/A arms where there are enough
 * of them and it is greater. Only runs of the same fingerprint against the same reference strategy count; files that
 * cannot be read are none.
 *
 * @param files paths of earlier results
 */
export function settleAuto(
  places: readonly GatedPlace[],
  files: readonly string[],
  fingerprint: Fingerprint,
  reference: string,
  host: Host,
): AutoMargin[] {
  const read = files.map((file) => armsIn(file, places, fingerprint, reference));
  return places.map(({ name, metric, role, op }, index): AutoMargin => {
    const logRatios = read.flatMap((arms) => arms[index] ?? []);
    const floor = historicFloor(logRatios) ?? 0;
    // As far in logarithms one way is a lesser share down than up.
    const share = better(metric) === 'higher' ? -Math.expm1(-floor) : Math.expm1(floor);
    const usual = usualMargin(name, host);
    const settled =
      share > usual
        ? ({ margin: share, from: 'floor' } as const)
        : ({ margin: usual, from: 'usual' } as const);
    return { metric: name, role: role.name, op, ...settled, arms: logRatios.length };
  });
}

/** The log-ratios of one file, by place; none where it, or a histogram in it, is damaged. */
function armsIn(
  file: string,
  places: readonly GatedPlace[],
  fingerprint: Fingerprint,
  reference: string,
): readonly (readonly number[])[] {
  const loaded = openResult(file);
  if (!loaded.ok) return [];
  const same = runsAlike(loaded.result, fingerprint, reference);
  try {
    return places.map((place) => same.flatMap((workload) => armOf(workload, place)));
  } catch {
    return [];
  }
}

/** Median log-ratio of the A/A arm to the strategy that it repeats; none without a whole block of both. */
function armOf(workload: WorkloadResult, { metric, role, op }: GatedPlace): readonly number[] {
  const arm = workload.strategies.find(({ repeats }) => repeats !== null);
  if (arm === undefined || arm.repeats === null) return [];
  const { trials } = cellsOf(workload);
  const valuesOf = (label: string): BlockValues =>
    (trials.get(label) ?? []).map((trial) => metricValue(trial, metric, { role, op }));
  const ratio = ratioOf(valuesOf(arm.strategy.name), valuesOf(arm.repeats), familyWise);
  const logRatio = Math.log(ratio?.value ?? 0);
  return Number.isFinite(logRatio) ? [logRatio] : [];
}
