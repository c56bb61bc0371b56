import type { ClaimVerdict } from '../results/analysis.js';
import type { WorkloadResult } from '../results/result.js';
import type { Comparison } from './comparison.js';
import type { Outcome } from './outcome.js';

/** What a claim of a gated run comes to: one about a strategy that was refused has nothing to be judged by. */
export function claimOutcome(
  { claim, verdict }: ClaimVerdict,
  workload: Pick<WorkloadResult, 'strategies'> | undefined,
  inconclusive: Comparison['inconclusive'],
): Outcome {
  if (verdict === 'refuted') return 'regressed';
  if (verdict === 'holds') return 'ok';
  const named =
    claim.kind === 'order'
      ? claim.order
      : claim.kind === 'ratio'
        ? [claim.of, claim.than]
        : [claim.of];
  const refused = named.some(({ strategy: label }) =>
    workload?.strategies.some(
      ({ strategy, status }) => strategy.name === label && status === 'unsupported',
    ),
  );
  if (refused) return 'not-comparable';
  return inconclusive === 'fail' ? 'inconclusive' : 'ok';
}
