import type { Estimate } from '../results/analysis.js';
import { cellsOf, pairsOf } from '../results/cells.js';
import { headlineRole, metricValue, type Subject } from '../results/metrics.js';
import { medianExceedances, soundExceedances } from '../results/percentiles.js';
import type { Result, WorkloadResult } from '../results/result.js';
import { leastBlocks } from '../stats/family.js';
import { logRatios } from '../stats/paired-ratio.js';
import { blocksToResolve, logSpread, resolvableAt } from '../stats/resolvable.js';
import { metricOf } from '../workload/metrics.js';
import { hosts, usualMargin, usualMetrics, type Host } from './margins.js';
import { noiseOf } from './noise.js';

/** Numbers of blocks that mmlock runs by itself: quick, default, and under a gate. */
export const usualBlocks = [9, 20, 30] as const;

/** How far a strategy differs from itself in one metric of one workload, and what can be told apart from that. */
export interface NoiseMeasure {
  readonly workload: string;
  readonly role: string;
  readonly metric: string;
  /** Blocks that were measured. */
  readonly blocks: number;
  /** Ratio to itself, with a 95 % interval; null where nothing was measured. */
  readonly ratio: Estimate | null;
  /** Greatest bound of that as a change. */
  readonly floor: number | null;
  /** Robust standard deviation of the log-ratios. */
  readonly spread: number | null;
  /** Smallest relative change that so many blocks resolve with 80 % power. */
  readonly resolvable: readonly { readonly blocks: number; readonly change: number | null }[];
  /** The usual margin of each kind of host, and how many blocks resolve a change of its size. */
  readonly margins: readonly {
    readonly host: Host;
    readonly margin: number;
    readonly blocks: number | null;
  }[];
  /** Why the figures say less than they seem to; '' if they do not. */
  readonly reason: string;
}

/** The noise of throughput and p99 in every workload of a result that has an A/A arm. A pure function of it. */
export const surveyNoise = (result: Result): NoiseMeasure[] =>
  result.workloads.flatMap((workload) => {
    const role = headlineRole(workload.plan.roles);
    return role === undefined
      ? []
      : usualMetrics.map((metric) => measureNoise(workload, { role, op: null }, metric));
  });

function measureNoise(workload: WorkloadResult, subject: Subject, name: string): NoiseMeasure {
  const metric = metricOf(name);
  if (metric === undefined) throw new Error(`no metric is called ${name}`);
  const cells = cellsOf(workload);
  const arm = workload.strategies.find(({ repeats }) => repeats !== null)?.strategy.name ?? '';
  const trials = cells.trials.get(arm) ?? [];
  const values = (label: string) =>
    (cells.trials.get(label) ?? []).map((trial) => metricValue(trial, metric, subject));
  const of = values(arm);
  const than = values(workload.reference);
  const noise = noiseOf(of, than);
  const spread = logSpread(logRatios(pairsOf(of, than)));
  const above =
    name === 'p99' && trials.length > 0
      ? medianExceedances(trials, subject, 'latency', 0.99)
      : Infinity;
  return {
    workload: workload.name,
    role: subject.role.name,
    metric: name,
    blocks: cells.blocks.length,
    ratio: noise?.ratio ?? null,
    floor: noise?.floor ?? null,
    spread,
    resolvable: usualBlocks.map((blocks) => ({
      blocks,
      change: spread === null ? null : resolvableAt(spread, blocks),
    })),
    margins: hosts.map((host) => {
      const margin = usualMargin(name, host);
      const blocks = spread === null ? null : blocksToResolve(spread, margin, leastBlocks(1));
      return { host, margin, blocks };
    }),
    reason:
      above < soundExceedances
        ? `${Math.floor(above)} samples above it in a trial, and a gate wants ${soundExceedances}: lengthen --duration`
        : '',
  };
}
