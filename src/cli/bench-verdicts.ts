import { claimOutcome } from '../gate/claim-outcome.js';
import type { Comparison } from '../gate/comparison.js';
import { outcomeOf, outcomeStatus } from '../gate/outcome.js';
import type { Analysis } from '../results/analysis.js';
import type { Result } from '../results/result.js';
import { judgeRecord } from './bench-gate.js';
import type { BenchOptions } from './bench-options.js';
import type { ExitStatus } from './exit-status.js';

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
    own.map((claim) => claimOutcome(claim, result.workloads[index], comparison.inconclusive)),
  );
  return [outcomeOf(comparison), ...claims].map((outcome) => outcomeStatus[outcome]);
}
