import { Random } from '../machine/random.js';
import {
  estimateScalability,
  type ScalabilityEstimate,
  type ScalingBlocks,
} from '../stats/scalability-intervals.js';
import { familyWise } from '../stats/family.js';
import type { Estimate, Headline } from './analysis.js';
import { headlineValues } from './analyse-strategies.js';
import { cellsOf, estimateOf, ratioOf, type BlockValues } from './cells.js';
import { firstOperation, headlineRole, throughputUnit } from './metrics.js';
import type { Result, WorkloadResult } from './result.js';

/** The knob of a cell that a sweep varies. */
export const cpusKnob = 'cpus';

/** How throughput goes with the number of CPUs: one group for each combination of the other knobs. */
export interface Scaling {
  readonly groups: readonly ScalingGroup[];
}

export interface ScalingGroup {
  /** The workload, with the other knobs of its cells: `fault-storm[roles.faulter.think=10us]`. */
  readonly name: string;
  readonly machine: string;
  readonly headline: Headline;
  /** Rising; those too that have not been run yet. */
  readonly cpus: readonly number[];
  readonly curves: readonly ScalingCurve[];
}

/** Throughput of the headline role under one strategy. */
export interface ScalingCurve {
  readonly strategy: string;
  /** Why it is unsupported at some number of CPUs; null if it is not. */
  readonly reason: string | null;
  /** By number of CPUs, those that were measured. */
  readonly points: readonly ScalingPoint[];
  /** Where the median is greatest; null without a point. */
  readonly peak: MeasuredPeak | null;
  /** The Universal Scalability Law through the medians; null with too few numbers of CPUs for one. */
  readonly fit: ScalabilityEstimate | null;
}

export interface ScalingPoint {
  readonly cpus: number;
  readonly throughput: Estimate;
  /** To the least number of CPUs measured, by pairs of blocks; null at that itself. */
  readonly speedup: Estimate | null;
}

export interface MeasuredPeak {
  readonly cpus: number;
  /** Other numbers of CPUs that the blocks do not separate from it. */
  readonly notSeparated: readonly number[];
  /** It is the greatest number measured: throughput may rise beyond it. */
  readonly atEnd: boolean;
}

/** Seed of the bootstrap: the same result gives the same intervals. */
const bootstrapSeed = 1;

/** The curves of a sweep's result; a pure function of it. */
export function scalingOf(result: Pick<Result, 'workloads'>): Scaling {
  const groups = new Map<string, WorkloadResult[]>();
  for (const workload of result.workloads) {
    const name = groupName(workload);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [workload]);
    else group.push(workload);
  }
  return { groups: [...groups].map(([name, workloads]) => groupOf(name, workloads)) };
}

/** The workload's name without the number of CPUs. */
function groupName({ cell, plan }: WorkloadResult): string {
  const others = Object.entries(cell?.values ?? {}).filter(([knob]) => knob !== cpusKnob);
  const knobs = others.map(([knob, value]) => `${knob}=${value}`).join(',');
  return knobs === '' ? plan.workload : `${plan.workload}[${knobs}]`;
}

const cpusOf = ({ plan }: WorkloadResult): number => plan.machine?.cpus ?? plan.threads;

function groupOf(name: string, workloads: readonly WorkloadResult[]): ScalingGroup {
  const rising = [...workloads].sort((a, b) => cpusOf(a) - cpusOf(b));
  const role = headlineRole(rising[0]?.plan.roles ?? []);
  if (role === undefined) throw new Error(`the plan of ${name} has no role`);
  const measured = rising.map((workload) => ({
    cpus: cpusOf(workload),
    throughput: throughputs(workload),
  }));
  const strategies = new Map(
    rising.flatMap((workload) =>
      workload.strategies.map(({ strategy, reason }) => [strategy.name, reason] as const),
    ),
  );
  return {
    name,
    machine: rising[0]?.plan.machine?.profile.name ?? '',
    headline: { role: role.name, op: firstOperation(role), unit: throughputUnit(role) },
    cpus: measured.map(({ cpus }) => cpus),
    curves: [...strategies].map(([strategy, reason]) =>
      curveOf(
        strategy,
        reason,
        measured.map(({ cpus, throughput }) => ({ cpus, values: throughput.get(strategy) ?? [] })),
      ),
    ),
  };
}

/** Throughput of the headline role, which may have other threads at every number of CPUs. */
function throughputs(workload: WorkloadResult): ReadonlyMap<string, BlockValues> {
  const role = headlineRole(workload.plan.roles);
  if (role === undefined) throw new Error(`the plan of ${workload.name} has no role`);
  return headlineValues(cellsOf(workload), { role, op: null }).throughput;
}

interface Measured {
  readonly cpus: number;
  readonly values: BlockValues;
}

function curveOf(strategy: string, reason: string | null, all: readonly Measured[]): ScalingCurve {
  const measured = all.filter(({ values }) => values.some((value) => value !== null));
  const first = measured[0];
  const points = measured.flatMap(({ cpus, values }): ScalingPoint[] => {
    const throughput = estimateOf(values);
    if (throughput === null) return [];
    const speedup =
      first === undefined || first.cpus === cpus ? null : ratioOf(values, first.values, familyWise);
    return [{ cpus, throughput, speedup }];
  });
  const random = new Random(bootstrapSeed);
  return {
    strategy,
    reason,
    points,
    peak: measuredPeak(measured, points),
    fit: estimateScalability(measured.map(blocksOf), () => random.next()),
  };
}

const blocksOf = ({ cpus, values }: Measured): ScalingBlocks => ({
  cpus,
  blocks: values.flatMap((value) => value ?? []),
});

function measuredPeak(
  measured: readonly Measured[],
  points: readonly ScalingPoint[],
): MeasuredPeak | null {
  const [first, ...others] = points;
  if (first === undefined) return null;
  const top = others.reduce(
    (best, point) => (point.throughput.value > best.throughput.value ? point : best),
    first,
  );
  const valuesAt = (cpus: number): BlockValues =>
    measured.find((each) => each.cpus === cpus)?.values ?? [];
  const notSeparated = points.filter((point) => {
    if (point === top) return false;
    const ratio = ratioOf(valuesAt(point.cpus), valuesAt(top.cpus), familyWise);
    return ratio?.high === null || ratio?.high === undefined || ratio.high >= 1;
  });
  return {
    cpus: top.cpus,
    notSeparated: notSeparated.map(({ cpus }) => cpus),
    atEnd: top === points.at(-1),
  };
}
