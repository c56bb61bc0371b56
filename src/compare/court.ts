import type { NoiseFloor, OneSided } from '../gate/comparison.js';
import { gatedCells } from '../gate/gated-cells.js';
import type { Host } from '../gate/margins.js';
import { missingRefusals, unjudgedRefusals } from '../gate/refusals.js';
import type { WorkloadResult } from '../results/result.js';
import type { Gate } from '../workload/gate.js';
import { gatedCases, noiseFloors, ungatedCases, type Case, type Setting } from './cases.js';
import { controlText, definitionDifference, findControl } from './control.js';
import type { Experiment, Run } from './experiments.js';
import { differences, differenceText, fingerprintOf } from '../results/fingerprint.js';
import { hasCells, isLost, oneSidedRow, standingsOf, type Standing } from './standings.js';

/** What is compared, and how it is judged. */
export interface CompareOptions {
  /** The verdicts decide the exit status. */
  readonly gated: boolean;
  /** Compare runs of different fingerprints too, without verdicts. */
  readonly allowMismatch: boolean;
  /** Only these; empty: those that are gated, and every strategy. */
  readonly metrics: readonly string[];
  readonly strategies: readonly string[];
  readonly host: Host;
  /** The gate of a workload of head. */
  readonly gateOf: (workload: WorkloadResult) => Gate;
}

/** Everything of one experiment before its cells are tested. */
export interface Court {
  readonly experiment: string;
  /** B: one fingerprint; C: several, and no verdict. */
  readonly trust: 'B' | 'C';
  /** In what fingerprints differ, which is a refusal unless it is allowed; '' if in nothing. */
  readonly mismatch: string;
  readonly inconclusive: Gate['inconclusive'];
  readonly cases: readonly Case[];
  readonly noise: readonly NoiseFloor[];
  readonly oneSided: readonly OneSided[];
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

/** Sets up one experiment: what can be compared in it, by what margins, and what stands in the way. */
export function courtOf(experiment: Experiment, options: CompareOptions): Court {
  const { name } = experiment;
  const finished = {
    name,
    base: experiment.base.filter(hasBlocks),
    head: experiment.head.filter(hasBlocks),
  };
  const newest = (finished.head.at(-1) ?? experiment.head.at(-1))?.workload;
  if (newest === undefined) throw new Error(`${name} has no run in head`);
  const gate = options.gateOf(newest);
  const mismatch = mismatchOf(finished);
  const nothing: Court = {
    ...{ experiment: name, trust: 'B', mismatch: '', inconclusive: gate.inconclusive },
    ...{ cases: [], noise: [], oneSided: [], refusals: [], warnings: [] },
  };
  const refuse = (...refusals: readonly string[]): Court => ({
    ...nothing,
    refusals: refusals.map((text) => `${name}: ${text}`),
  });
  const unfinished = (['base', 'head'] as const)
    .filter((side) => finished[side].length === 0)
    .map((side) => `no block was finished in ${side} (${namesOf(experiment[side])})`);
  if (unfinished.length > 0) return refuse(...unfinished);
  const trust = mismatch === '' ? 'B' : 'C';
  if (trust === 'C' && !options.allowMismatch) return { ...nothing, trust, mismatch };
  const control = findControl(finished);
  if (!control.ok) return refuse(control.refusal);
  const broken = brokenIn(finished);
  if (broken.has(control.label)) {
    return refuse(`${control.label}, the control, broke what it must keep: all ratios are void`);
  }
  if (options.strategies.length > 0 && options.strategies.every((name) => name === control.label)) {
    return refuse(`${control.label} is the control, which is 1 by construction: name another`);
  }
  const all = standingsOf(finished, control.label);
  const standings = all.filter(({ label }) => isWanted(options.strategies, label));
  // Another experiment may have the strategies that were asked for.
  if (standings.length < all.length && standings.length === 0) return nothing;
  const strategies = standings.filter(hasCells).flatMap(({ head }) => head ?? []);
  const workload = { ...newest, reference: control.label, strategies };
  const setting: Setting = {
    ...{ experiment: finished, control: control.label, workload, broken, host: options.host },
  };
  return { ...nothing, trust, mismatch, ...hear(setting, standings, gate, trust, options) };
}

const hasBlocks = ({ cells }: Run): boolean => cells.blocks.length > 0;

const namesOf = (runs: readonly Run[]): string => runs.map(({ shown }) => shown).join(', ');

const isWanted = (wanted: readonly string[], name: string): boolean =>
  wanted.length === 0 || wanted.includes(name);

/** In what the runs' fingerprints differ from that of base's first, as one sentence; '' if in nothing. */
function mismatchOf({ base, head }: Experiment): string {
  const [first, ...others] = [...base, ...head];
  if (first === undefined) return '';
  const called = (run: Run): string => {
    const [side, name] = base.includes(run) ? [base, 'base'] : [head, 'head'];
    return side.length > 1 ? run.shown : name;
  };
  const texts = others.flatMap((other) =>
    differences(
      fingerprintOf(first.result, first.workload),
      fingerprintOf(other.result, other.workload),
    ).map((difference) => differenceText(difference, called(first), called(other))),
  );
  return [...new Set(texts)].join('; ');
}

/** Strategies of which some trial says that an invariant broke or that a lock let two in. */
function brokenIn({ base, head }: Experiment): ReadonlySet<string> {
  const trials = [...base, ...head].flatMap(({ workload }) => workload.trials);
  return new Set(trials.filter(({ faults }) => faults.length > 0).map(({ strategy }) => strategy));
}

function hear(
  setting: Setting,
  standings: readonly Standing[],
  gate: Gate,
  trust: Court['trust'],
  options: CompareOptions,
) {
  const { experiment, control, workload } = setting;
  const { name } = experiment;
  const { judged, shown } = divide(gate, trust, options.metrics);
  const gated = gatedCases(setting, judged);
  const cases = [...gated, ...ungatedCases(setting, shown)];
  const refusals = options.gated
    ? [...unjudgedRefusals(name, gated), ...lostRefusals(setting, standings, judged, options)]
    : [];
  return {
    cases,
    noise: noiseFloors(setting, gated),
    oneSided: standings.flatMap((standing) => oneSidedRow(name, standing) ?? []),
    refusals: [...missingRefusals(name, workload, judged), ...refusals],
    warnings: [
      controlText(experiment, control),
      ...standings
        .filter(hasCells)
        .flatMap(({ label }) => definitionWarning(experiment, label) ?? []),
    ],
  } satisfies Partial<Court>;
}

/** What of the gate is judged, and what is only shown: metrics without a margin, and all under trust C. */
function divide(gate: Gate, trust: Court['trust'], metrics: readonly string[]) {
  const chosen = gate.margins.filter(({ metric }) => isWanted(metrics, metric));
  const others = metrics
    .filter((metric) => !chosen.some((margin) => margin.metric === metric))
    .map((metric) => ({ strategy: null, role: null, op: null, metric, margin: 0, place: null }));
  const withMargins = (margins: Gate['margins']): Gate => ({ ...gate, margins });
  return trust === 'B'
    ? { judged: withMargins(chosen), shown: withMargins(others) }
    : { judged: withMargins([]), shown: withMargins([...chosen, ...others]) };
}

/** Gated cells that base has and head refuses to run, and strategies that the gate names and one side lacks. */
function lostRefusals(
  setting: Setting,
  standings: readonly Standing[],
  gate: Gate,
  { strategies }: CompareOptions,
): readonly string[] {
  const { experiment, control, workload } = setting;
  const { name } = experiment;
  const lost = standings.filter(isLost);
  const among = { ...workload, strategies: lost.flatMap(({ head }) => head ?? []) };
  const refused = gatedCells(among, gate)
    .filter(({ ignore, control: bound }) => ignore === null && bound === '')
    .map(({ strategy }) => strategy);
  const known = new Set([
    control,
    ...workload.strategies.map(({ strategy }) => strategy.name),
    ...refused,
  ]);
  const named = gate.margins.flatMap(({ strategy }) =>
    strategy === null || known.has(strategy) || !isWanted(strategies, strategy) ? [] : [strategy],
  );
  return [
    ...[...new Set(refused)].map(
      (strategy) => `${name}: ${strategy} is gated, and head refuses to run what base has measured`,
    ),
    ...[...new Set(named)].map(
      (strategy) => `${name}: the gate names ${strategy}, which does not stand on both sides`,
    ),
  ];
}

/** That a strategy is not the same in the newest runs of both sides; null if it is. */
function definitionWarning({ name, base, head }: Experiment, label: string): string | null {
  const [one, other] = [base, head].map((runs) =>
    runs.findLast(({ workload }) =>
      workload.strategies.some(({ strategy }) => strategy.name === label),
    ),
  );
  if (one === undefined || other === undefined) return null;
  const what = definitionDifference(one, other, label);
  return what === '' ? null : `${name}: ${label} is not the same in base and head: ${what}`;
}
