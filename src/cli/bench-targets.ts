import { resolve } from 'node:path';
import { needsVerdicts, type ReportFormat } from '../report/report.js';
import { prepareOutput, resultFileName } from '../results/output-path.js';
import type { BenchOptions } from './bench-options.js';
import type { PreparedWorkload } from './bench-record.js';
import type { Context } from './context.js';
import { prepareDerivedFile } from './derived-file.js';
import { prepareReportFiles, type ReportFile } from './report-files.js';

/** Paths that were proved writable before anything was measured. */
export interface Targets {
  readonly result: string;
  readonly csv: string | null;
  readonly trace: string | null;
  readonly reports: readonly ReportFile<ReportFormat>[];
}

/** Null, with all that is wrong on standard error, if one of them cannot be written. */
export function prepareTargets(
  files: readonly string[],
  workloads: readonly PreparedWorkload[],
  options: BenchOptions,
  seed: number,
  startedMs: number,
  context: Context,
): Targets | null {
  const { directory } = context;
  const force = options.force === true;
  const name = resultFileName(startedMs, seed, workloads);
  const result = prepareOutput({ out: options.out, directory, name, force });
  const kept = files.map((file) => resolve(directory, file));
  if (result.ok) kept.push(result.path);
  const csv =
    options.csv === undefined ? null : prepareDerivedFile('--csv', options.csv, directory, kept);
  if (csv?.ok === true) kept.push(csv.path);
  const trace =
    options.trace === undefined
      ? null
      : prepareDerivedFile('--trace', options.trace, directory, kept);
  if (trace?.ok === true) kept.push(trace.path);
  const reports = prepareReportFiles(options.report ?? [], directory, kept);
  const messages = [
    ...[result, csv, trace].flatMap((target) => (target?.ok === false ? [target.message] : [])),
    ...(reports.ok ? [] : reports.messages),
  ];
  for (const message of messages) context.stderr.write(`${message}\n`);
  if (!result.ok || csv?.ok === false || trace?.ok === false || !reports.ok) return null;
  return {
    result: result.path,
    csv: csv === null ? null : csv.path,
    trace: trace === null ? null : trace.path,
    reports: reports.reports,
  };
}

/** Why a form that was asked for cannot be had of these workloads, and what to do; null if all can. */
export function findVerdictless(
  workloads: readonly PreparedWorkload[],
  { format, report }: BenchOptions,
): string | null {
  if (workloads.some(({ gate }) => gate !== null)) return null;
  const asked = [
    ...(needsVerdicts(format) ? [`--format ${format}`] : []),
    ...(report ?? [])
      .filter((each) => needsVerdicts(each.format))
      .map((each) => `--report ${each.format}=${each.file}`),
  ];
  return asked.length === 0
    ? null
    : `${asked.join(', ')}: there are no verdicts to report, as nothing is gated; add --gate, or a gate: section to the workload`;
}
