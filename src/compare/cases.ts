import type { NoiseFloor } from '../gate/comparison.js';
import { gatedCells, type GatedCell } from '../gate/gated-cells.js';
import { marginOf, type Host } from '../gate/margins.js';
import { noiseOf } from '../gate/noise.js';
import { rarity, settle, type ArmNoise, type Settled } from '../gate/settled.js';
import { pairsOf, type BlockValues } from '../results/cells.js';
import { headlineRole } from '../results/metrics.js';
import { repeatLabel, type WorkloadResult } from '../results/result.js';
import type { Gate } from '../workload/gate.js';
import type { Metric } from '../workload/metrics.js';
import type { Experiment, Run } from './experiments.js';
import { pooledTrials, pooledValues } from './pooled.js';

/** An experiment of which is known with what, and what in it, can be compared. */
export interface Setting {
  readonly experiment: Experiment;
  readonly control: string;
  /** Head's newest run of it, with the strategies that have cells. */
  readonly workload: WorkloadResult;
  /** Strategies that broke what they must keep: what they measured is void. */
  readonly broken: ReadonlySet<string>;
  readonly host: Host;
}

/** One side of a cell, block by block. */
export interface SideValues {
  readonly runs: readonly Run[];
  readonly of: BlockValues;
  readonly control: BlockValues;
}

/** One cell with its values on both sides, and a verdict where that needs no test. */
export interface Case extends Settled {
  readonly workload: WorkloadResult;
  readonly gated: GatedCell;
  /** null where no margin applies. */
  readonly margin: number | null;
  readonly base: SideValues;
  readonly head: SideValues;
}

/** The cells that the gate speaks of, to be judged. */
export const gatedCases = (setting: Setting, gate: Gate): readonly Case[] =>
  gatedCells(setting.workload, gate).map((gated) => {
    const values = valuesOf(setting, gated);
    const margin = marginOf(gated, gate, setting.host);
    return { ...values, margin, ...settleCase(setting, values, margin) };
  });

/** The same cells, to be compared without a verdict; counts of a whole trial once, and not for every role. */
export const ungatedCases = (setting: Setting, gate: Gate): readonly Case[] =>
  gatedCells(setting.workload, gate)
    .filter(
      ({ metric, role }) =>
        !isOfTrial(metric) || role === headlineRole(setting.workload.plan.roles),
    )
    .map((gated) => {
      const reason = rarity(gated, trialsOf(setting, gated));
      const verdict = { verdict: 'ungated', reason, blocksNeeded: null } as const;
      return { ...valuesOf(setting, gated), margin: null, ...verdict };
    });

const isOfTrial = ({ kind }: Metric): boolean => kind === 'counter' || kind === 'event';

type Values = Pick<Case, 'workload' | 'gated' | 'base' | 'head'>;

function valuesOf({ experiment, control, workload }: Setting, gated: GatedCell): Values {
  const side = (runs: readonly Run[]): SideValues => ({
    runs,
    of: pooledValues(runs, gated.strategy, gated.metric, gated),
    control: pooledValues(runs, control, gated.metric, gated),
  });
  return { workload, gated, base: side(experiment.base), head: side(experiment.head) };
}

const trialsOf = ({ experiment: { base, head } }: Setting, { strategy }: GatedCell) =>
  [base, head].map((runs) => pooledTrials(runs, strategy));

/** Blocks that can be judged: those of the side that has fewer. */
export const blocksOf = ({ base, head }: Pick<Case, 'base' | 'head'>): number =>
  Math.min(...[base, head].map(({ of, control }) => pairsOf(of, control).length));

function settleCase(setting: Setting, values: Values, margin: number): Settled {
  const { gated } = values;
  if (setting.broken.has(gated.strategy)) {
    const reason = 'it broke what it must keep: what it measured is void';
    return { verdict: 'not-judged', reason, blocksNeeded: null };
  }
  const result = setting.workload.strategies.find(
    ({ strategy }) => strategy.name === gated.strategy,
  );
  return settle(gated, {
    margin,
    refused: result?.status === 'unsupported' ? (result.reason ?? '') : null,
    trials: trialsOf(setting, gated),
    pairs: blocksOf(values),
    arms: (['base', 'head'] as const).flatMap((side) => armNoise(setting, values, side) ?? []),
  });
}

/** How far the control is from its A/A arm on one side; null without an arm. */
function armNoise(setting: Setting, values: Values, side: 'base' | 'head'): ArmNoise | null {
  const floor = armFloor(setting, values.gated, values[side]);
  const blocks = values[side].control.length;
  return floor === null
    ? null
    : { reference: setting.control, where: `in ${side}`, floor: floor.floor, blocks };
}

function armFloor({ control }: Setting, gated: GatedCell, side: SideValues) {
  const arm = pooledValues(side.runs, repeatLabel(control), gated.metric, gated);
  return noiseOf(arm, side.control);
}

/** What head's A/A arm says of each metric that has a case. */
export function noiseFloors(setting: Setting, cases: readonly Case[]): readonly NoiseFloor[] {
  const floors = new Map<string, NoiseFloor>();
  for (const { gated, head } of cases) {
    const { name: metric, role, op } = gated;
    const floor = armFloor(setting, gated, head);
    if (floor === null) continue;
    const workload = setting.workload.name;
    floors.set(`${metric} ${role.name} ${op ?? ''}`, {
      workload,
      metric,
      role: role.name,
      op,
      ...floor,
    });
  }
  return [...floors.values()];
}
