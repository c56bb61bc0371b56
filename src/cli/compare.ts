import { compareSides } from '../compare/compare-sides.js';
import type { CompareOptions } from '../compare/court.js';
import { brokenTexts } from '../compare/side-texts.js';
import { readSide, type Side } from '../compare/side.js';
import type { Comparison } from '../gate/comparison.js';
import { unmatchedIgnores } from '../gate/gated-cells.js';
import { outcomeStatus, summaryOf } from '../gate/outcome.js';
import { loadVerdictReport, type VerdictFormat } from '../report/verdicts.js';
import type { GateIgnore } from '../workload/gate.js';
import { unknownWordMessage } from '../workload/issues.js';
import type { Context } from './context.js';
import { wantsColour, widthOf } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';
import { exitStatus, worstStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
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
  const target =
    options.output === undefined
      ? null
      : prepareDerivedFile(
          '--output',
          options.output,
          context.directory,
          sides.flatMap(({ files }) => files),
        );
  if (target?.ok === false) return refuse(exitStatus.usage, [target.message]);
  const comparisons = compareSides(base, heads, compareOptions(options));
  const isIncorrect = sides.some((side) => brokenTexts(side).length > 0);
  const exit = worstStatus([
    outcomeStatus[summaryOf(comparisons).outcome],
    isIncorrect ? exitStatus.incorrect : exitStatus.ok,
  ]);
  const text = await render(comparisons, exit, options, context, target !== null);
  if (target === null) context.stdout.write(text);
  const failure = target === null ? null : writeDerivedFile('--output', target.path, text);
  return failure === null ? exit : refuse(worstStatus([exit, exitStatus.internal]), [failure]);
}

const compareOptions = (options: CompareCommandOptions): CompareOptions => ({
  gated: options.gate === true,
  allowMismatch: options.allowMismatch === true,
  metrics: options.metric ?? [],
  strategies: options.strategy ?? [],
  host: options.host,
  gateOf: ({ gate, plan }) => settleGate(gate, plan, options),
});

async function render(
  comparisons: readonly Comparison[],
  exit: ExitStatus,
  { format, verbose }: CompareCommandOptions,
  { stdout, env }: Context,
  toFile: boolean,
): Promise<string> {
  const report = await loadVerdictReport(format);
  const colour = !toFile && wantsColour(stdout, env);
  return report(comparisons, {
    ...{ width: widthOf(stdout, env), colour, verbose: verbose === true, exit },
  });
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
