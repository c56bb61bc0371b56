import { faultKinds } from '../engines/verify/fault.js';
import { scenarioLabel } from '../engines/verify/lock-scenarios.js';
import { savedFault } from '../engines/verify/saved-fault.js';
import type { SavedFault } from '../engines/verify/saved-fault.js';
import { defaultSizes, verifyLock } from '../engines/verify/verify-lock.js';
import type { LockVerdict, Size, VerifyBounds } from '../engines/verify/verify-lock.js';
import { renderInterleaving } from '../report/interleaving.js';
import { renderVerify } from '../report/verify-verdict.js';
import type { VerifyReport } from '../report/verify-verdict.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { exitStatus, worstStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import { findLocks } from './verify-locks.js';
import type { NamedLock } from './verify-locks.js';
import { createVerifyProgress } from './verify-progress.js';
import { faultPath, isDirectory, saveFault } from './verify-record.js';
import { replay } from './verify-replay.js';
import { reportOf } from './verify-report.js';

export interface VerifyOptions {
  readonly threads?: number;
  readonly rounds?: number;
  readonly deviations: number;
  /** Milliseconds for one lock. */
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

/** `mmlock verify`: explores locks one after the other, and shows the fault of each that has one. */
export async function verify(
  words: readonly string[],
  options: VerifyOptions,
  context: Context,
): Promise<ExitStatus> {
  if (options.replay !== undefined) return replay(words, options.replay, options.format, context);
  const found = await findLocks(words, context);
  if (!found.ok) {
    context.stderr.write(found.message);
    return exitStatus.usage;
  }
  if (found.locks.length > 1 && !isDirectory(options.out, context.directory)) {
    context.stderr.write(
      'mmlock verify: --out names one file, but several locks can have a fault: name a directory, with a / at its end\n',
    );
    return exitStatus.usage;
  }
  const bounds = boundsOf(options);
  const outcomes: Outcome[] = [];
  const statuses: ExitStatus[] = [];
  const progress = createVerifyProgress(context, options.quiet === true);
  for (const lock of found.locks) {
    const verdict = await explore(lock, bounds, progress.at(lock.label), context);
    const saved = verdict.fault && savedFault(lock.word, lock.definition, verdict.fault);
    const file = faultPath(options.out, lock.label, context.directory);
    if (saved !== undefined) {
      const problem = saveFault(saved, file, context);
      if (problem !== null) {
        context.stderr.write(`mmlock verify: ${problem}\n`);
        statuses.push(exitStatus.internal);
      }
    }
    const report = reportOf(lock, verdict, bounds, file);
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

function boundsOf(options: VerifyOptions): VerifyBounds {
  const { threads, rounds, deviations, time, maxExecutions = Infinity, maxSteps } = options;
  return { sizes: sizesOf(threads, rounds), deviations, timeMs: time, maxExecutions, maxSteps };
}

function sizesOf(threads: number | undefined, rounds: number | undefined): readonly Size[] {
  if (threads !== undefined) return [{ threads, rounds: rounds ?? (threads === 2 ? 2 : 1) }];
  return rounds === undefined ? defaultSizes : defaultSizes.map((size) => ({ ...size, rounds }));
}

/** Milliseconds between two looks at what else there is to do: signals are heard then. */
const interval = 100;

async function explore(
  lock: NamedLock,
  bounds: VerifyBounds,
  tell: (executions: number, scenario: string) => void,
  context: Context,
): Promise<LockVerdict> {
  let looked = performance.now();
  return verifyLock(lock.definition, bounds, async (executions, scenario) => {
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
  const locks = outcomes.map(({ report }) => report);
  if (options.format === 'json') {
    const faults = outcomes.flatMap(({ saved }) => (saved === undefined ? [] : [saved]));
    stdout.write(`${JSON.stringify({ locks, faults }, null, 2)}\n`);
    return;
  }
  const layout = { width: widthOf(stdout, env), colour: wantsColour(stdout, env) };
  stdout.write(renderVerify(locks, layout));
  for (const { report, saved } of outcomes) {
    const { fault, lock } = report;
    if (fault === null || saved === undefined) continue;
    const least = saved.least ? 'no interleaving has fewer' : 'there may be one with fewer';
    const title =
      `${lock}: ${faultKinds[fault.kind]} in ${fault.scenario}, ` +
      `${saved.switches} changes of thread (${least})`;
    const shown = { title, threads: saved.scenario.length, steps: saved.steps };
    stdout.write(
      `\n${renderInterleaving(shown, layout)} ${fault.message}\n` +
        ` play it again: mmlock verify --replay ${fault.file}\n`,
    );
  }
}
