import { compareSides } from '../compare/compare-sides.js';
import type { CompareOptions } from '../compare/court.js';
import { brokenTexts } from '../compare/side-texts.js';
import { readSide, type Side } from '../compare/side.js';
import type { Comparison } from '../gate/comparison.js';
import { unmatchedIgnores } from '../gate/gated-cells.js';
import { outcomeStatus, summaryOf } from '../gate/outcome.js';
import { loadVerdictReport, type VerdictFormat, type VerdictOptions } from '../report/verdicts.js';
import type { GateIgnore } from '../workload/gate.js';
import { unknownWordMessage } from '../workload/issues.js';
import type { Context } from './context.js';
import { wantsColour, widthOf } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';
import { exitStatus, worstStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import {
  fileLayout,
  prepareReportFiles,
  writeReportFiles,
  type ReportFile,
} from './report-files.js';
import { settleGate } from './settle-gate.js';
import type { GateFlags } from './settle-gate.js';

/** What `mmlock compare` was asked for. */
export interface CompareCommandOptions extends GateFlags {
  readonly gate?: boolean;
  readonly metric?: readonly string[];
  readonly strategy?: readonly string[];
  readonly allowMismatch?: boolean;
  readonly format: VerdictFormat;
  readonly output?: string;
  readonly report?: readonly ReportFile<VerdictFormat>[];
  readonly verbose?: boolean;
}

/** `mmlock compare`: reads saved results, judges them, prints. */
export async function compare(
  baseWord: string,
  headWords: readonly string[],
  options: CompareCommandOptions,
  context: Context,
): Promise<ExitStatus> {
  const refuse = (status: ExitStatus, messages: readonly string[]): ExitStatus => {
    for (const message of messages) context.stderr.write(`${message}\n`);
    return status;
  };
  const read = [baseWord, ...headWords].map((word) => readSide(word, context.directory));
  const failures = read.flatMap((one) => (one.ok ? [] : [one]));
  const sides = read.flatMap((one) => (one.ok ? [one.side] : []));
  const [base, ...heads] = sides;
  if (failures.length > 0 || base === undefined) {
    const isUsage = failures.some(({ kind }) => kind === 'bad-input');
    const messages = failures.map(({ message }) => message);
    return refuse(isUsage ? exitStatus.usage : exitStatus.notComparable, messages);
  }
  const faults = [...optionFaults(options, sides), ...ignoreFaults(heads, options)];
  if (faults.length > 0) return refuse(exitStatus.usage, faults);
  const targets = prepareTargets(options, sides, context.directory);
  if (!targets.ok) return refuse(exitStatus.usage, targets.messages);
  const comparisons = compareSides(base, heads, compareOptions(options));
  const isIncorrect = sides.some((side) => brokenTexts(side).length > 0);
  const exit = worstStatus([
    outcomeStatus[summaryOf(comparisons).outcome],
    isIncorrect ? exitStatus.incorrect : exitStatus.ok,
  ]);
  const isVerbose = options.verbose === true;
  const text = await render(comparisons, options.format, {
    width: widthOf(context.stdout, context.env),
    colour: targets.output === null && wantsColour(context.stdout, context.env),
    verbose: isVerbose,
    exit,
  });
  if (targets.output === null) context.stdout.write(text);
  const unwritten =
    targets.output === null ? null : writeDerivedFile('--output', targets.output, text);
  const unreported = await writeReportFiles(targets.reports, (format) =>
    render(comparisons, format, { ...fileLayout(isVerbose), exit }),
  );
  const lost = [...(unwritten === null ? [] : [unwritten]), ...unreported];
  return lost.length === 0 ? exit : refuse(worstStatus([exit, exitStatus.internal]), lost);
}

const compareOptions = (options: CompareCommandOptions): CompareOptions => ({
  gated: options.gate === true,
  allowMismatch: options.allowMismatch === true,
  metrics: options.metric ?? [],
  strategies: options.strategy ?? [],
  host: options.host,
  gateOf: ({ gate, plan }) => settleGate(gate, plan, options),
});

type Targets =
  | {
      readonly ok: true;
      /** Absolute path; null: standard output. */
      readonly output: string | null;
      readonly reports: readonly ReportFile<VerdictFormat>[];
    }
  | { readonly ok: false; readonly messages: readonly string[] };

/** Where it all goes: never to a file that is compared, and each to one of its own. */
function prepareTargets(
  options: CompareCommandOptions,
  sides: readonly Side[],
  directory: string,
): Targets {
  const read = sides.flatMap(({ files }) => files);
  const output =
    options.output === undefined
      ? null
      : prepareDerivedFile('--output', options.output, directory, read);
  const kept = output?.ok === true ? [...read, output.path] : read;
  const reports = prepareReportFiles(options.report ?? [], directory, kept);
  if (output?.ok === false || !reports.ok) {
    const refused = output?.ok === false ? [output.message] : [];
    return { ok: false, messages: [...refused, ...(reports.ok ? [] : reports.messages)] };
  }
  return { ok: true, output: output?.path ?? null, reports: reports.reports };
}

async function render(
  comparisons: readonly Comparison[],
  format: VerdictFormat,
  options: VerdictOptions,
): Promise<string> {
  return (await loadVerdictReport(format))(comparisons, options);
}

/** Strategies that stand nowhere, and margins of metrics that are left out. */
function optionFaults(options: CompareCommandOptions, sides: readonly Side[]): readonly string[] {
  const labels = sides.flatMap(({ runs }) =>
    runs.flatMap(({ result }) =>
      result.workloads.flatMap(({ strategies }) =>
        strategies.flatMap(({ strategy, repeats }) => (repeats === null ? [strategy.name] : [])),
      ),
    ),
  );
  const known = [...new Set(labels)];
  const unknown = (options.strategy ?? []).filter((name) => !known.includes(name));
  const idle = (options.margin ?? []).filter(
    ({ metric }) => options.metric?.includes(metric) === false,
  );
  return [
    ...unknown.map((name) => `--strategy: ${unknownWordMessage('strategy', name, known)}`),
    ...idle.map(({ metric }) => `--margin ${metric}: --metric leaves ${metric} out: name it there`),
  ];
}

/** Entries of head's `ignore:` that no cell of it matches: they were written for something that is not there. */
function ignoreFaults(heads: readonly Side[], flags: GateFlags): readonly string[] {
  return heads.flatMap(({ runs }) =>
    runs
      // A run with a shorter list of strategies may well leave an entry without its cell.
      .filter(({ result }) => !result.commandLine.some((word) => /^--strategy(=|$)/.test(word)))
      .flatMap(({ shown, result }) =>
        result.workloads.flatMap((workload) =>
          unmatchedIgnores(workload, settleGate(workload.gate, workload.plan, flags)).map(
            (entry) =>
              `${shown}: ${workload.name}: gate.ignore ${ignoreText(entry)} ignores nothing: ` +
              'no gated cell is like this; take it out, or correct it, and run bench again',
          ),
        ),
      ),
  );
}

function ignoreText(entry: GateIgnore): string {
  const fields = (['strategy', 'metric', 'role', 'op'] as const).flatMap((field) =>
    entry[field] === null ? [] : [`${field}: ${entry[field]}`],
  );
  return `{ ${fields.join(', ')} }`;
}
