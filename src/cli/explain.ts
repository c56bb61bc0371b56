import { resolve } from 'node:path';
import { explainRole } from '../explain/explain.js';
import type { WorkloadExplanation } from '../explain/explanation.js';
import { loadExplainReport, type ExplainFormat } from '../report/explain-report.js';
import { openResult } from '../results/load.js';
import { headlineRole } from '../results/metrics.js';
import type { WorkloadResult } from '../results/result.js';
import { unknownWordMessage } from '../workload/issues.js';
import type { RolePlan } from '../workload/plan.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';

export interface ExplainOptions {
  readonly workload?: readonly string[];
  readonly strategy?: readonly string[];
  readonly role?: string;
  readonly format: ExplainFormat;
  readonly verbose?: boolean;
}

/**
 * `mmlock explain`: says where the time of an operation went. Status 5 where the result does not hold what it takes,
 * as that of an engine that does not know.
 */
export async function explain(
  shown: string,
  options: ExplainOptions,
  context: Context,
): Promise<ExitStatus> {
  const { stdout, stderr, env } = context;
  const refuse = (status: ExitStatus, lines: readonly string[]): ExitStatus => {
    for (const line of lines) stderr.write(`${line}\n`);
    return status;
  };
  const loaded = openResult(resolve(context.directory, shown), shown);
  if (!loaded.ok) return refuse(exitStatus.usage, [loaded.message]);
  const { result } = loaded;
  const unknown = unknownNames(result.workloads, options);
  if (unknown.length > 0) return refuse(exitStatus.usage, unknown);
  const workloads = chosenWorkloads(result.workloads, options);
  if (workloads.length === 0) {
    return refuse(exitStatus.notComparable, [
      `${shown}: no workload of it has all that was asked for`,
    ]);
  }
  const explanations: WorkloadExplanation[] = [];
  for (const { workload, role } of workloads) {
    const explained = explainRole(result, workload, role, options.strategy);
    if (!explained.ok) {
      const status = explained.kind === 'damaged' ? exitStatus.usage : exitStatus.notComparable;
      return refuse(status, [`${shown}: ${explained.message}`]);
    }
    explanations.push(explained.explanation);
  }
  const report = await loadExplainReport(options.format);
  const layout = {
    width: widthOf(stdout, env),
    colour: wantsColour(stdout, env),
    verbose: options.verbose === true,
  };
  stdout.write(report({ workloads: explanations }, layout));
  return exitStatus.ok;
}

/** A name that is in no workload of the result was meant for another. */
function unknownNames(workloads: readonly WorkloadResult[], options: ExplainOptions): string[] {
  const check = (flag: string, wanted: readonly string[], known: readonly string[]): string[] =>
    wanted
      .filter((name) => !known.includes(name))
      .map((name) => `--${flag}: ${unknownWordMessage(flag, name, [...new Set(known)])}`);
  return [
    ...check(
      'workload',
      options.workload ?? [],
      workloads.flatMap(({ name, plan }) => [name, plan.workload]),
    ),
    ...check('strategy', options.strategy ?? [], workloads.flatMap(labelsOf)),
    ...check(
      'role',
      options.role === undefined ? [] : [options.role],
      workloads.flatMap(({ plan }) => plan.roles.map(({ name }) => name)),
    ),
  ];
}

const labelsOf = ({ strategies }: WorkloadResult): string[] =>
  strategies.map(({ strategy }) => strategy.name);

/** Of several workloads, those that have the role and one of the strategies. */
function chosenWorkloads(
  workloads: readonly WorkloadResult[],
  options: ExplainOptions,
): { readonly workload: WorkloadResult; readonly role: RolePlan }[] {
  const { strategy } = options;
  return workloads
    .filter(
      // The name of a workload with a matrix means all cells of it.
      ({ name, plan }) =>
        options.workload?.some((each) => each === name || each === plan.workload) ?? true,
    )
    .filter((workload) => strategy?.some((name) => labelsOf(workload).includes(name)) ?? true)
    .flatMap((workload) => {
      const { roles } = workload.plan;
      const role =
        options.role === undefined
          ? headlineRole(roles)
          : roles.find(({ name }) => name === options.role);
      return role === undefined ? [] : [{ workload, role }];
    });
}
