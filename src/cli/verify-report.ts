import { scenarioLabel, scenariosOf } from '../engines/verify/lock-scenarios.js';
import type { LockVerdict, VerifyBounds } from '../engines/verify/verify-lock.js';
import type { SizeFigures, VerifyReport } from '../report/verify-verdict.js';
import type { NamedLock } from './verify-locks.js';

/** What is to be said of one lock; `file` is where the interleaving of its fault is. */
export function reportOf(
  { label, definition }: NamedLock,
  verdict: LockVerdict,
  bounds: VerifyBounds,
  file: string,
): VerifyReport {
  const { scenarios, fault } = verdict;
  const sizes = bounds.sizes.map((size): SizeFigures => {
    const of = scenarios.filter(
      ({ threads, rounds }) => threads === size.threads && rounds === size.rounds,
    );
    return {
      ...size,
      scenarios: scenariosOf(definition, size.threads, size.rounds).length,
      exhausted: of.filter(({ exhausted }) => exhausted).length,
      executions: sum(of.map(({ executions }) => executions)),
      cut: sum(of.map(({ cut }) => cut)),
    };
  });
  const proved = sizes.every((size) => size.exhausted === size.scenarios);
  const executions = sum(scenarios.map(({ executions: each }) => each));
  return {
    lock: label,
    verdict: fault !== undefined ? 'fault' : proved ? 'proved' : 'bounded',
    deviations: bounds.deviations,
    sizes,
    executions,
    seconds: sum(scenarios.map(({ ms }) => ms)) / 1000,
    bound: proved || fault !== undefined ? '' : boundText(verdict, executions, bounds),
    fault:
      fault === undefined
        ? null
        : {
            kind: fault.fault.kind,
            message: fault.fault.message,
            scenario: scenarioLabel(fault.scenario),
            file,
          },
  };
}

/** Which bound ended the exploration. */
function boundText(verdict: LockVerdict, executions: number, bounds: VerifyBounds): string {
  if (verdict.interrupted) return 'interrupted';
  const unfinished = verdict.scenarios.filter(({ exhausted }) => !exhausted);
  if (unfinished.every(({ cut }) => cut > 0)) return '--max-steps';
  return executions >= bounds.maxExecutions ? '--max-executions' : '--time';
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
