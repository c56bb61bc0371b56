import { relative, resolve } from 'node:path';
import { usualMetrics } from '../gate/margins.js';
import { loadTrendReport, type TrendFormat } from '../report/trend-report.js';
import { leftOutRemarks } from '../report/trend-words.js';
import { listResultFiles } from '../results/result-files.js';
import { readHistories, type Histories, type HistoryFile } from '../trend/read-histories.js';
import { strategiesOf, trendOf } from '../trend/trend.js';
import { unknownWordMessage } from '../workload/issues.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';

export interface TrendCommandOptions {
  readonly metric?: readonly string[];
  readonly strategy?: readonly string[];
  readonly workload?: readonly string[];
  readonly absolute?: boolean;
  readonly minChange?: number;
  readonly format: TrendFormat;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Reading more files than this takes long enough to say so. */
const manyFiles = 100;

/** `mmlock trend`: reads, looks for changes, prints. Status 5 where there is no result to look at. */
export async function trend(
  paths: readonly string[],
  options: TrendCommandOptions,
  context: Context,
): Promise<ExitStatus> {
  const { stdout, stderr, env } = context;
  const files = filesOf(paths, context);
  if (files === null) return exitStatus.usage;
  if (options.quiet !== true && files.length > manyFiles) {
    stderr.write(`reading ${files.length} files\n`);
  }
  const found = readHistories(files, options.metric ?? usualMetrics);
  const verbose = options.verbose === true;
  const leftOut = leftOutRemarks(found.leftOut, verbose).map(({ text }) => `${text}\n`);
  if (found.histories.length === 0) {
    stderr.write(`${leftOut.join('')}${paths.join(', ')}: no result that can be looked at\n`);
    return exitStatus.notComparable;
  }
  const unknown = unknownNames(found, options);
  if (unknown.length > 0) {
    stderr.write(unknown.join(''));
    return exitStatus.usage;
  }
  const report = await loadTrendReport(options.format);
  const content = trendOf(found, {
    absolute: options.absolute === true,
    leastChange: options.minChange,
    strategies: options.strategy,
    workloads: options.workload,
  });
  if (options.format === 'csv') stderr.write(leftOut.join(''));
  const layout = { width: widthOf(stdout, env), colour: wantsColour(stdout, env), verbose };
  stdout.write(report(content, layout));
  return exitStatus.ok;
}

/** Every file once, by its path from the working directory; null where one was named that is not there. */
function filesOf(paths: readonly string[], { directory, stderr }: Context): HistoryFile[] | null {
  const files = new Set<string>();
  let missing = false;
  for (const shown of paths) {
    const listed = listResultFiles(resolve(directory, shown), shown);
    if (listed.ok) for (const file of listed.files) files.add(file);
    else stderr.write(`${listed.message}\n`);
    missing ||= !listed.ok;
  }
  if (missing) return null;
  return [...files].map((path) => ({ path, shown: relative(directory, path) }));
}

/** A name that is in no result was meant for another. */
function unknownNames({ histories }: Histories, options: TrendCommandOptions): string[] {
  const workloads = histories.map(({ workload }) => workload);
  const strategies = histories.flatMap(strategiesOf);
  const check = (flag: string, wanted: readonly string[], known: readonly string[]): string[] =>
    wanted
      .filter((name) => !known.includes(name))
      .map((name) => `--${flag}: ${unknownWordMessage(flag, name, [...new Set(known)])}\n`);
  return [
    ...check('workload', options.workload ?? [], workloads),
    ...check('strategy', options.strategy ?? [], strategies),
  ];
}
