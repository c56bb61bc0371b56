import { faultKinds } from '../engines/verify/fault.js';
import { scenarioLabel } from '../engines/verify/lock-scenarios.js';
import { savedFault } from '../engines/verify/saved-fault.js';
import type { SavedFault } from '../engines/verify/saved-fault.js';
import type { Size, Target } from '../engines/verify/target.js';
import { verifyTarget } from '../engines/verify/verify-target.js';
import type { Verdict, VerifyBounds } from '../engines/verify/verify-target.js';
import { renderInterleaving } from '../report/interleaving.js';
import { renderVerify } from '../report/verify-verdict.js';
import type { VerifyReport } from '../report/verify-verdict.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { exitStatus, worstStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import { findTargets } from './verify-targets.js';
import type { NamedTarget } from './verify-targets.js';
import { createVerifyProgress } from './verify-progress.js';
import { faultPath, isDirectory, saveFault } from './verify-record.js';
import { replay } from './verify-replay.js';
import { reportOf } from './verify-report.js';

export interface VerifyOptions {
  readonly threads?: number;
  readonly rounds?: number;
  readonly deviations: number;
  /** Milliseconds for one target. */
  readonly time: number;
  readonly maxExecutions?: number;
  readonly maxSteps: number;
  readonly out: string;
  readonly replay?: string;
  readonly format: 'table' | 'json';
  readonly gate?: boolean;
  readonly quiet?: boolean;
}

interface Outcome {
  readonly report: VerifyReport;
  readonly saved: SavedFault | undefined;
}

/** `mmlock verify`: explores locks and strategies one after the other, and shows the fault of each that has one. */
export async function verify(
  words: readonly string[],
  options: VerifyOptions,
  context: Context,
): Promise<ExitStatus> {
  if (options.replay !== undefined) return replay(words, options.replay, options.format, context);
  const found = await findTargets(words, context);
  if (!found.ok) {
    context.stderr.write(found.message);
    return exitStatus.usage;
  }
  if (found.targets.length > 1 && !isDirectory(options.out, context.directory)) {
    context.stderr.write(
      'mmlock verify: --out names one file, but several targets can have a fault: name a directory, with a / at its end\n',
    );
    return exitStatus.usage;
  }
  const misfit = found.targets.find(({ target }) =>
    sizesOf(target, options).some((size) => target.scenarios(size).length === 0),
  );
  if (misfit !== undefined) {
    context.stderr.write(
      `mmlock verify: ${misfit.label} is explored with ${misfit.target.sizes.map(({ threads }) => threads).join(' or ')} threads: leave --threads out, or verify it by itself\n`,
    );
    return exitStatus.usage;
  }
  const outcomes: Outcome[] = [];
  const statuses: ExitStatus[] = [];
  const progress = createVerifyProgress(context, options.quiet === true);
  for (const named of found.targets) {
    const { word, label, target } = named;
    const bounds = boundsOf(target, options);
    const verdict = await explore(named, bounds, progress.at(label), context);
    const saved = verdict.fault && savedFault(word, target, verdict.fault);
    const file = faultPath(options.out, label, context.directory);
    if (saved !== undefined) {
      const problem = saveFault(saved, file, context);
      if (problem !== null) {
        context.stderr.write(`mmlock verify: ${problem}\n`);
        statuses.push(exitStatus.internal);
      }
    }
    const report = reportOf(named, verdict, bounds, file);
    outcomes.push({ report, saved });
    if (report.verdict === 'fault') statuses.push(exitStatus.incorrect);
    if (report.verdict === 'bounded' && options.gate === true)
      statuses.push(exitStatus.inconclusive);
    if (verdict.interrupted) break;
  }
  progress.end();
  print(outcomes, options, context);
  return worstStatus(statuses);
}

function boundsOf(target: Target, options: VerifyOptions): VerifyBounds {
  const { deviations, time, maxExecutions = Infinity, maxSteps } = options;
  return { sizes: sizesOf(target, options), deviations, timeMs: time, maxExecutions, maxSteps };
}

function sizesOf({ sizes }: Target, { threads, rounds }: VerifyOptions): readonly Size[] {
  if (threads !== undefined) return [{ threads, rounds: rounds ?? (threads === 2 ? 2 : 1) }];
  return rounds === undefined ? sizes : sizes.map((size) => ({ ...size, rounds }));
}

/** Milliseconds between two looks at what else there is to do: signals are heard then. */
const interval = 100;

async function explore(
  { target }: NamedTarget,
  bounds: VerifyBounds,
  tell: (executions: number, scenario: string) => void,
  context: Context,
): Promise<Verdict> {
  let looked = performance.now();
  return verifyTarget(target, bounds, async (executions, scenario) => {
    tell(executions, scenarioLabel(scenario));
    if (performance.now() - looked > interval) {
      await new Promise(setImmediate);
      looked = performance.now();
    }
    return context.signal.aborted;
  });
}

function print(
  outcomes: readonly Outcome[],
  options: VerifyOptions,
  { stdout, env }: Context,
): void {
  const targets = outcomes.map(({ report }) => report);
  if (options.format === 'json') {
    const faults = outcomes.flatMap(({ saved }) => (saved === undefined ? [] : [saved]));
    stdout.write(`${JSON.stringify({ targets, faults }, null, 2)}\n`);
    return;
  }
  const layout = { width: widthOf(stdout, env), colour: wantsColour(stdout, env) };
  stdout.write(renderVerify(targets, layout));
  for (const { report, saved } of outcomes) {
    const { fault, target } = report;
    if (fault === null || saved === undefined) continue;
    const least = saved.least ? 'no interleaving has fewer' : 'there may be one with fewer';
    const title =
      `${target}: ${faultKinds[fault.kind]} in ${fault.scenario}, ` +
      `${saved.switches} changes of thread (${least})`;
    const shown = { title, threads: saved.scenario.length, steps: saved.steps };
    stdout.write(
      `\n${renderInterleaving(shown, layout)} ${fault.message}\n` +
        ` play it again: mmlock verify --replay ${fault.file}\n`,
    );
  }
}
