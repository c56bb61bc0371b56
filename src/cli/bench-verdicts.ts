import type { Comparison } from '../gate/comparison.js';
import { outcomeOf, outcomeStatus } from '../gate/outcome.js';
import type { Analysis, ClaimVerdict } from '../results/analysis.js';
import type { Result, WorkloadResult } from '../results/result.js';
import { judgeRecord } from './bench-gate.js';
import type { BenchOptions } from './bench-options.js';
import { exitStatus, type ExitStatus } from './exit-status.js';

/** Verdicts of what was measured; null where neither a workload nor a flag gates anything. */
export function judgeResult(result: Result, options: BenchOptions): Comparison | null {
  return result.workloads.some(({ gate }) => gate !== null)
    ? judgeRecord(result.workloads, options.gate === true, options.host, result.engine)
    : null;
}

/** What verdicts and claims ask for; nothing without `--gate`. */
export function gateStatuses(
  result: Result,
  analysis: Analysis,
  comparison: Comparison | null,
  options: BenchOptions,
): readonly ExitStatus[] {
  if (options.gate !== true || comparison === null) return [];
  const claims = analysis.workloads.flatMap(({ claims: own }, index) =>
    own.map((claim) => claimStatus(claim, result.workloads[index], comparison.inconclusive)),
  );
  return [outcomeStatus[outcomeOf(comparison)], ...claims];
}

function claimStatus(
  { claim, verdict }: ClaimVerdict,
  workload: WorkloadResult | undefined,
  inconclusive: Comparison['inconclusive'],
): ExitStatus {
  if (verdict === 'refuted') return exitStatus.regressed;
  if (verdict === 'holds') return exitStatus.ok;
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
  if (refused) return exitStatus.notComparable;
  return inconclusive === 'fail' ? exitStatus.inconclusive : exitStatus.ok;
}
