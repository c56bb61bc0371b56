import { faultKinds } from '../engines/verify/fault.js';
import { scenarioLabel, scenariosOf } from '../engines/verify/lock-scenarios.js';
import { savedFault } from '../engines/verify/saved-fault.js';
import type { SavedFault } from '../engines/verify/saved-fault.js';
import { defaultSizes, verifyLock } from '../engines/verify/verify-lock.js';
import type { LockVerdict, Size, VerifyBounds } from '../engines/verify/verify-lock.js';
import { renderInterleaving } from '../report/interleaving.js';
import { renderVerify } from '../report/verify-verdict.js';
import type { SizeFigures, VerifyReport } from '../report/verify-verdict.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { exitStatus, worstStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import { findLocks } from './verify-locks.js';
import type { NamedLock } from './verify-locks.js';
import { createVerifyProgress } from './verify-progress.js';
import { faultPath, saveFault } from './verify-record.js';
import { replay } from './verify-replay.js';

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
  const bounds = boundsOf(options);
  const reports: VerifyReport[] = [];
  const faults: SavedFault[] = [];
  const statuses: ExitStatus[] = [];
  const progress = createVerifyProgress(context, options.quiet === true);
  for (const lock of found.locks) {
    const verdict = await explore(lock, bounds, progress.at(lock.label), context);
    const saved = verdict.fault && savedFault(lock.word, lock.definition, verdict.fault);
    const file = faultPath(options.out, lock.label, context.directory);
    if (saved !== undefined) {
      faults.push(saved);
      const problem = saveFault(saved, file, context);
      if (problem !== null) {
        context.stderr.write(`mmlock verify: ${problem}\n`);
        statuses.push(exitStatus.internal);
      }
    }
    const report = reportOf(lock, verdict, bounds, file);
    reports.push(report);
    if (report.verdict === 'fault') statuses.push(exitStatus.incorrect);
    if (report.verdict === 'bounded' && options.gate === true)
      statuses.push(exitStatus.inconclusive);
    if (verdict.interrupted) break;
  }
  progress.end();
  print(reports, faults, options, context);
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

function reportOf(
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

function print(
  reports: readonly VerifyReport[],
  faults: readonly SavedFault[],
  options: VerifyOptions,
  { stdout, env }: Context,
): void {
  if (options.format === 'json') {
    stdout.write(`${JSON.stringify({ locks: reports, faults }, null, 2)}\n`);
    return;
  }
  const layout = { width: widthOf(stdout, env), colour: wantsColour(stdout, env) };
  stdout.write(renderVerify(reports, layout));
  for (const report of reports) {
    const { fault } = report;
    const saved = faults.find(({ lock }) => lock.name === report.lock || lock.word === report.lock);
    if (fault === null || saved === undefined) continue;
    const least = saved.least ? 'no interleaving has fewer' : 'there may be one with fewer';
    stdout.write(
      `\n${renderInterleaving(
        {
          title: `${report.lock}: ${faultKinds[fault.kind]} in ${fault.scenario}, ${saved.switches} changes of thread (${least})`,
          threads: saved.scenario.length,
          steps: saved.steps,
        },
        layout,
      )} ${fault.message}\n play it again: mmlock verify --replay ${fault.file}\n`,
    );
  }
}
