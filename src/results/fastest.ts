import { median } from 'simple-statistics';
import { familyConfidence } from '../stats/family.js';
import type { Estimate, Fastest, RepeatArm, StrategyRow } from './analysis.js';
import { pairsOf, ratioOf, type BlockValues } from './cells.js';
import type { HeadlineValues } from './analyse-strategies.js';
import type { WorkloadResult } from './result.js';
import { logRatios } from '../stats/paired-ratio.js';
import { smallestResolvable } from '../stats/resolvable.js';

/** What may win: strategies that run and share an address space; not the A/A arm, nor `private`. */
function contenders(workload: WorkloadResult): string[] {
  return workload.strategies
    .filter(
      ({ strategy, status, repeats }) =>
        status === 'ok' && repeats === null && strategy.granularity !== 'private',
    )
    .map(({ strategy }) => strategy.name);
}

/**
 * The strategy with the greatest throughput, named only where its interval against every other lies above
 * 1, family-wise over those comparisons.
 */
export function findFastest(
  workload: WorkloadResult,
  values: HeadlineValues,
  rows: readonly StrategyRow[],
): Fastest {
  const ranked = contenders(workload)
    .map((label) => ({ label, rates: values.throughput.get(label) ?? [] }))
    .filter(({ rates }) => rates.length > 0)
    .sort((a, b) => middle(b.rates) - middle(a.rates));
  const [top, second] = ranked;
  if (top === undefined || second === undefined) return { type: 'none' };
  const confidence = familyConfidence(ranked.length - 1);
  const against = ranked.slice(1).map(({ label, rates }) => ({
    label,
    ratio: ratioOf(top.rates, rates, confidence),
  }));
  const close = against.filter(
    ({ ratio }) => ratio === null || ratio.low === null || ratio.low <= 1,
  );
  const [nearest] = close.length > 0 ? close : against;
  if (nearest === undefined || nearest.ratio === null) return { type: 'none' };
  if (close.length === 0) {
    return {
      type: 'winner',
      strategy: top.label,
      runnerUp: nearest.label,
      ratio: nearest.ratio,
    };
  }
  const strategies = [top.label, ...close.map(({ label }) => label)];
  return {
    type: 'not-separated',
    strategies,
    ratio: nearest.ratio,
    fairest: fairestOf(strategies, rows),
  };
}

const middle = (rates: BlockValues): number => median(rates.map((rate) => rate ?? 0));

function fairestOf(strategies: readonly string[], rows: readonly StrategyRow[]): string | null {
  let best: string | null = null;
  let greatest = 0;
  for (const { strategy, measured } of rows) {
    const fairness = measured?.fairness ?? 0;
    if (!strategies.includes(strategy) || fairness <= greatest) continue;
    greatest = fairness;
    best = strategy;
  }
  return best;
}

const containsOne = (ratio: Estimate | null): boolean =>
  ratio === null || ((ratio.low ?? 0) <= 1 && (ratio.high ?? Infinity) >= 1);

/** The A/A arm's ratios to the strategy it repeats; null without one that was measured. */
export function findRepeatArm(
  workload: WorkloadResult,
  values: HeadlineValues,
  confidence: number,
): RepeatArm | null {
  const arm = workload.strategies.find(({ repeats }) => repeats !== null);
  if (arm === undefined || arm.repeats === null) return null;
  const label = arm.strategy.name;
  const repeated = arm.repeats;
  const ratio = (of: ReadonlyMap<string, BlockValues>): Estimate | null =>
    ratioOf(of.get(label) ?? [], of.get(repeated) ?? [], confidence);
  const throughputRatio = ratio(values.throughput);
  const p99Ratio = ratio(values.p99);
  if (throughputRatio === null) return null;
  return {
    strategy: repeated,
    throughputRatio,
    p99Ratio,
    ok: containsOne(throughputRatio) && containsOne(p99Ratio),
  };
}

/**
 * Smallest relative change that the blocks resolve: from the A/A arm, in which nothing but chance differs,
 * or else from the noisiest comparison of the table.
 */
export function findResolvable(
  workload: WorkloadResult,
  values: ReadonlyMap<string, BlockValues>,
): number | null {
  const compared = workload.strategies.filter(
    ({ strategy, status }) => status === 'ok' && strategy.name !== workload.reference,
  );
  const arm = compared.filter(({ repeats }) => repeats !== null);
  const reference = values.get(workload.reference) ?? [];
  const changes = (arm.length > 0 ? arm : compared).flatMap(({ strategy }) => {
    const pairs = pairsOf(values.get(strategy.name) ?? [], reference);
    return smallestResolvable(logRatios(pairs)) ?? [];
  });
  return changes.length === 0 ? null : Math.max(...changes);
}
