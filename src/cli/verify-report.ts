import { scenarioLabel } from '../engines/verify/lock-scenarios.js';
import type { Verdict, ScenarioResult, VerifyBounds } from '../engines/verify/verify-target.js';
import type { ScenarioFigures, SizeFigures, VerifyReport } from '../report/verify-verdict.js';
import type { NamedTarget } from './verify-targets.js';

/** What is to be said of one target; `file` is where the interleaving of its fault is. */
export function reportOf(
  { label, target }: NamedTarget,
  verdict: Verdict,
  bounds: VerifyBounds,
  file: string,
): VerifyReport {
  const { scenarios, fault } = verdict;
  const sizes = bounds.sizes.map((size): SizeFigures => {
    const of = scenarios.filter(
      ({ threads, rounds }) => threads === size.threads && rounds === size.rounds,
    );
    const planned = target.scenarios(size).length;
    // Of those explored with so many deviations, how many to the end.
    const exhausted = Array.from(
      { length: bounds.deviations + 1 },
      (_, level) => of.filter((each) => each.deviations === level && each.exhausted).length,
    );
    return { ...size, scenarios: planned, exhausted, executions: sum(of, 'executions') };
  });
  const proved = sizes.every((size) => size.exhausted.at(-1) === size.scenarios);
  const executions = sum(scenarios, 'executions');
  return {
    target: label,
    verdict: fault !== undefined ? 'fault' : proved ? 'proved' : 'bounded',
    deviations: bounds.deviations,
    sizes,
    executions,
    seconds: sum(scenarios, 'ms') / 1000,
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
    scenarios: scenarios.map(figuresOf),
  };
}

function figuresOf(result: ScenarioResult): ScenarioFigures {
  const { scenario, deviations, executions, redundant, cut, longest, ms, exhausted } = result;
  return {
    scenario: scenarioLabel(scenario),
    deviations,
    executions,
    redundant,
    cut,
    longest,
    seconds: ms / 1000,
    exhausted,
  };
}

/** Which bound ended the exploration. */
function boundText(verdict: Verdict, executions: number, bounds: VerifyBounds): string {
  if (verdict.interrupted) return 'interrupted';
  const unfinished = verdict.scenarios.filter(({ exhausted }) => !exhausted);
  if (unfinished.every(({ cut }) => cut > 0)) return '--max-steps';
  return executions >= bounds.maxExecutions ? '--max-executions' : '--time';
}

function sum(results: readonly ScenarioResult[], figure: 'executions' | 'ms'): number {
  return results.reduce((all, each) => all + each[figure], 0);
}
