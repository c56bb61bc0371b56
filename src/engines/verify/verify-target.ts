import { Explorer } from './explorer.js';
import type { Scenario } from './lock-scenarios.js';
import { findShortest, type Shortest } from './shortest.js';
import type { Size, Target } from './target.js';

export interface VerifyBounds {
  readonly sizes: readonly Size[];
  /** Most deviations in one execution. What there is without any is explored first, then with one, and so on. */
  readonly deviations: number;
  /** Executions of one target, in all its scenarios. Infinity: no bound. */
  readonly maxExecutions: number;
  /** Milliseconds for one target. Infinity: no bound. */
  readonly timeMs: number;
  /** Steps of one execution. */
  readonly maxSteps: number;
  /** Milliseconds spent on making a fault's interleaving short. Default 5,000. */
  readonly shortenMs?: number;
}

export interface ScenarioResult extends Size {
  readonly scenario: Scenario;
  readonly deviations: number;
  readonly executions: number;
  readonly redundant: number;
  /** Executions given up because they became too long. */
  readonly cut: number;
  readonly longest: number;
  readonly ms: number;
  /** Every interleaving was explored, or is like one that was. */
  readonly exhausted: boolean;
}

export interface TargetFault extends Size, Shortest {
  readonly scenario: Scenario;
}

export interface Verdict {
  readonly scenarios: readonly ScenarioResult[];
  readonly fault: TargetFault | undefined;
  readonly interrupted: boolean;
}

/** Called now and then; true ends the exploration. */
export type Watch = (executions: number, scenario: Scenario) => Promise<boolean>;

/** Executions between two looks at the clock. */
const stride = 200;
const usualShortenMs = 5000;

/**
 * Explores a target in all scenarios of the sizes asked for, with few deviations first, until a fault is found
 * or a bound is met. A scenario that ends before its share of the time is over leaves the rest to the others.
 */
export async function verifyTarget(
  target: Target,
  bounds: VerifyBounds,
  watch: Watch = () => Promise.resolve(false),
): Promise<Verdict> {
  const planned = plan(target, bounds);
  const results: ScenarioResult[] = [];
  let leftMs = bounds.timeMs;
  let leftExecutions = bounds.maxExecutions;
  let interrupted = false;
  for (const [index, each] of planned.entries()) {
    const { scenario, deviations } = each;
    const share = planned.length - index;
    const subject = target.subject(scenario);
    const explorer = new Explorer(subject, { deviations, maxSteps: bounds.maxSteps });
    const started = performance.now();
    const until = started + leftMs / share;
    const most = Math.ceil(leftExecutions / share);
    let exhausted = false;
    while (!exhausted && !interrupted && performance.now() < until) {
      const left = most - explorer.executions;
      if (left <= 0) break;
      exhausted = explorer.explore(Math.min(stride, left));
      interrupted = await watch(explorer.executions, scenario);
    }
    const ms = performance.now() - started;
    const { executions, redundant, cut, longest } = explorer;
    leftMs -= ms;
    leftExecutions -= executions;
    const [found] = explorer.faults;
    results.push({
      ...each,
      executions,
      redundant,
      cut,
      longest,
      ms,
      exhausted: exhausted && found === undefined && cut === 0,
    });
    if (found !== undefined) {
      const limits = { maxSteps: bounds.maxSteps, deviations };
      const shortest = findShortest(subject, found, limits, bounds.shortenMs ?? usualShortenMs);
      return { scenarios: results, fault: { ...each, ...shortest }, interrupted };
    }
    if (interrupted) break;
  }
  return { scenarios: results, fault: undefined, interrupted };
}

interface Planned extends Size {
  readonly scenario: Scenario;
  readonly deviations: number;
}

function plan(target: Target, { sizes, deviations }: VerifyBounds): readonly Planned[] {
  const scenarios = sizes.flatMap((size) =>
    target.scenarios(size).map((scenario) => ({ ...size, scenario })),
  );
  const levels = Array.from({ length: deviations + 1 }, (_, level) => level);
  return levels.flatMap((level) => scenarios.map((each) => ({ ...each, deviations: level })));
}
