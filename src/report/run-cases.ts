import { claimOutcome } from '../gate/claim-outcome.js';
import type { Comparison } from '../gate/comparison.js';
import type { ClaimVerdict } from '../results/analysis.js';
import type { Result, WorkloadResult } from '../results/result.js';
import type { Case } from './junit-suites.js';
import { claimName, claimText } from './remarks.js';
import type { ReportInput } from './report.js';

/** What a run has to tell besides its verdicts. */
export interface RunCase extends Case {
  /** It alone keeps the exit status from 0. */
  readonly decides: boolean;
}

/** That the run was cut short, faults of each workload, claims of each workload. */
export const runCases = ({ result, analysis, comparison }: ReportInput): readonly RunCase[] => [
  ...interruptionCases(result),
  ...analysis.workloads.flatMap(({ workload, faults }) =>
    faults.map(({ strategy, block, text }): RunCase => {
      const name = `${strategy}, block ${block}`;
      return failedCase(`${workload}: correctness`, name, 'incorrect', text);
    }),
  ),
  ...analysis.workloads.flatMap(({ claims }, index) =>
    claims.map((claim) => claimCase(claim, result.workloads[index], comparison)),
  ),
];

const interruptionCases = ({ interrupted }: Result): readonly RunCase[] =>
  interrupted === null
    ? []
    : [failedCase('run', 'all blocks were run', interrupted.cause, interrupted.text)];

const failedCase = (className: string, name: string, type: string, text: string): RunCase => ({
  ...{ className, name, status: 'error', type, text, place: null, decides: true },
});

const statuses = { holds: 'passed', refuted: 'failure', inconclusive: 'skipped' } as const;

function claimCase(
  verdict: ClaimVerdict,
  workload: WorkloadResult | undefined,
  comparison: Comparison | null,
): RunCase {
  const { claim } = verdict;
  const outcome =
    comparison?.gated === true ? claimOutcome(verdict, workload, comparison.inconclusive) : 'ok';
  return {
    className: `${workload?.name ?? ''}: claims`,
    name: claimName(claim),
    status: statuses[verdict.verdict],
    type: verdict.verdict,
    text: claimText(verdict),
    place: workload === undefined ? null : { file: workload.file, line: claim.line, column: 1 },
    decides: outcome !== 'ok',
  };
}
