import type { Estimate } from '../results/analysis.js';
import { cellsOf, pairsOf, type BlockValues } from '../results/cells.js';
import { headlineRole, metricValue, type Subject } from '../results/metrics.js';
import type { Result, WorkloadResult } from '../results/result.js';
import { logRatios } from '../stats/paired-ratio.js';
import { blocksToResolve, logSpread, resolvableAt } from '../stats/resolvable.js';
import { leastDecisive } from '../stats/sign-test.js';
import { looks } from '../stats/two-looks.js';
import { metricOf } from '../workload/metrics.js';
import { hosts, usualMargin, usualMetrics, type Host } from './margins.js';
import { noiseOf } from './noise.js';
import { rarity } from './settled.js';

/** Numbers of blocks that mmlock runs by itself: for a first look, usually, and under a gate. */
export const usualBlocks = [9, 20, 30] as const;

/** How far a strategy differs from itself in one metric of one workload, and what stands out from that. */
export interface NoiseMeasure {
  readonly workload: string;
  readonly role: string;
  readonly metric: string;
  /** Blocks that have a value of both. */
  readonly blocks: number;
  /** Ratio to itself, with a 95 % interval; null where nothing was measured. */
  readonly ratio: Estimate | null;
  /** Greatest bound of that as a change; null without an interval. */
  readonly floor: number | null;
  /** Robust standard deviation of the log-ratios; null with fewer than two blocks. */
  readonly spread: number | null;
  /** Smallest relative change that so many blocks resolve with 80 % power. */
  readonly resolvable: readonly { readonly blocks: number; readonly change: number | null }[];
  /** The usual margin of each kind of host, and the blocks that resolve a change of its size; null as above. */
  readonly margins: readonly {
    readonly host: Host;
    readonly margin: number;
    readonly blocks: number | null;
  }[];
  /** Why no gate would judge the metric; '' if one would. */
  readonly reason: string;
}

/** The noise of the usual metrics in every workload of a result that has an A/A arm. A pure function of the result. */
export const surveyNoise = (result: Pick<Result, 'workloads'>): NoiseMeasure[] =>
  result.workloads.flatMap((workload) => {
    const role = headlineRole(workload.plan.roles);
    const arm = workload.strategies.find(({ repeats }) => repeats !== null);
    if (role === undefined || arm === undefined) return [];
    const subject = { role, op: null };
    return usualMetrics.map((name) => measureNoise(workload, arm.strategy.name, subject, name));
  });

function measureNoise(
  workload: WorkloadResult,
  arm: string,
  subject: Subject,
  name: string,
): NoiseMeasure {
  const metric = metricOf(name);
  if (metric === undefined) throw new Error(`no metric is called ${name}`);
  const { trials } = cellsOf(workload);
  const valuesOf = (label: string): BlockValues =>
    (trials.get(label) ?? []).map((trial) => metricValue(trial, metric, subject));
  const values = valuesOf(arm);
  const repeated = valuesOf(workload.reference);
  const pairs = pairsOf(values, repeated);
  const noise = noiseOf(values, repeated);
  const spread = logSpread(logRatios(pairs));
  const least = leastDecisive(looks.first);
  return {
    workload: workload.name,
    role: subject.role.name,
    metric: name,
    blocks: pairs.length,
    ratio: noise?.ratio ?? null,
    floor: noise?.floor ?? null,
    spread,
    resolvable: usualBlocks.map((blocks) => ({
      blocks,
      change: spread === null ? null : resolvableAt(spread, blocks),
    })),
    margins: hosts.map((host) => {
      const margin = usualMargin(name, host);
      const blocks = spread === null ? null : Math.max(least, blocksToResolve(spread, margin));
      return { host, margin, blocks };
    }),
    reason: pairs.length === 0 ? '' : rarity({ metric, ...subject }, [trials.get(arm) ?? []]),
  };
}
