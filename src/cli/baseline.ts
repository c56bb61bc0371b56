import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { summarise, type BaselineSummary } from '../compare/baseline-summary.js';
import {
  baselineExists,
  baselineFolder,
  baselineNames,
  baselinePath,
  faultOfName,
  missingBaseline,
} from '../compare/baselines.js';
import { brokenTexts, incompleteTexts } from '../compare/side-texts.js';
import { baselinesGrid, baselineText } from './baseline-screen.js';
import { createPaint } from '../report/paint.js';
import { renderGrid } from '../report/terminal-grid.js';
import { loadResult, parseResult } from '../results/load.js';
import { makeDirectory } from '../results/make-directory.js';
import { replaceFile } from '../results/replace-file.js';
import { explainSystemError } from '../results/system-error.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';

export interface SaveBaselineOptions {
  readonly force?: boolean;
}

export interface ListBaselineOptions {
  readonly format: 'table' | 'json';
}

/** Where a baseline is, as the user would write it. */
const shownPath = (name: string): string => join(baselineFolder, `${name}.json`);

/** `mmlock baseline save NAME RESULT`: copies the file as it is, once it has proved to be a result that can be compared. */
export function saveBaseline(
  name: string,
  shown: string,
  { force }: SaveBaselineOptions,
  context: Context,
): ExitStatus {
  const refuse = (status: ExitStatus, message: string): ExitStatus => {
    context.stderr.write(`${message}\n`);
    return status;
  };
  const fault = faultOfName(name);
  if (fault !== '') return refuse(exitStatus.usage, `${name} ${fault}`);
  const { directory } = context;
  const loaded = readText(resolve(directory, shown), shown);
  if (!loaded.ok) return refuse(exitStatus.usage, loaded.message);
  const { result, text } = loaded;
  const summary = summarise(name, result);
  if (!summary.workloads.some(({ blocks }) => blocks > 0)) {
    const message = `${shown}: no block of any workload was finished: there is nothing to compare with`;
    return refuse(exitStatus.notComparable, message);
  }
  const path = baselinePath(directory, name);
  if (force !== true && baselineExists(directory, name)) {
    const message = `${name} is saved already: give another name, or --force to replace it`;
    return refuse(exitStatus.usage, message);
  }
  const side = { runs: [{ shown, result }] };
  for (const warning of [...incompleteTexts(side), ...brokenTexts(side)]) {
    context.stderr.write(`warning: ${warning}\n`);
  }
  try {
    makeDirectory(dirname(path));
    replaceFile(path, text);
  } catch (error) {
    const message = `${name} could not be saved to ${shownPath(name)}: ${explainSystemError(error)}`;
    return refuse(exitStatus.internal, message);
  }
  context.stdout.write(`saved ${shownPath(name)}; next: mmlock compare ${name} RESULT\n`);
  return exitStatus.ok;
}

/** The file as it stands, and what it holds. */
function readText(path: string, shown: string) {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Reading it again says why it cannot be read.
    return { ...loadResult(path, shown), text: '' };
  }
  return { ...parseResult(text, shown), text };
}

/** `mmlock baseline list`. One that cannot be read is named, and the others are listed all the same. */
export function listBaselines(options: ListBaselineOptions, context: Context): ExitStatus {
  const { directory, stdout, stderr, env } = context;
  const read = baselineNames(directory).map((name) => readSummary(name, directory));
  const summaries = read.flatMap((one) => (one.ok ? [one.summary] : []));
  if (options.format === 'json') {
    stdout.write(`${JSON.stringify({ baselines: summaries }, null, 2)}\n`);
  } else if (summaries.length > 0) {
    const paint = createPaint(wantsColour(stdout, env));
    stdout.write(renderGrid(baselinesGrid(summaries), widthOf(stdout, env), paint));
  }
  if (read.length === 0) {
    stderr.write('no baseline is saved: mmlock baseline save NAME RESULT saves one\n');
  }
  for (const one of read) if (!one.ok) stderr.write(`${one.message}\n`);
  return summaries.length === read.length ? exitStatus.ok : exitStatus.usage;
}

/** `mmlock baseline show NAME`. */
export function showBaseline(
  name: string,
  options: ListBaselineOptions,
  context: Context,
): ExitStatus {
  const { directory, stdout, stderr, env } = context;
  const read = isSaved(name, context) ? readSummary(name, directory) : null;
  if (read?.ok === false) stderr.write(`${read.message}\n`);
  if (read?.ok !== true) return exitStatus.usage;
  stdout.write(
    options.format === 'json'
      ? `${JSON.stringify(read.summary, null, 2)}\n`
      : baselineText(read.summary, shownPath(name), widthOf(stdout, env)),
  );
  return exitStatus.ok;
}

/** `mmlock baseline remove NAME`. */
export function removeBaseline(name: string, context: Context): ExitStatus {
  if (!isSaved(name, context)) return exitStatus.usage;
  try {
    rmSync(baselinePath(context.directory, name));
  } catch (error) {
    context.stderr.write(`${shownPath(name)} cannot be removed: ${explainSystemError(error)}\n`);
    return exitStatus.usage;
  }
  context.stdout.write(`removed ${shownPath(name)}\n`);
  return exitStatus.ok;
}

/** Says on standard error why a baseline is not there. */
function isSaved(name: string, { directory, stderr }: Context): boolean {
  const fault = faultOfName(name);
  if (fault === '' && baselineExists(directory, name)) return true;
  const message =
    fault === '' ? missingBaseline(name, baselineNames(directory)) : `${name} ${fault}`;
  stderr.write(`${message}\n`);
  return false;
}

type ReadSummary =
  | { readonly ok: true; readonly summary: BaselineSummary }
  | { readonly ok: false; readonly message: string };

function readSummary(name: string, directory: string): ReadSummary {
  const loaded = loadResult(baselinePath(directory, name), shownPath(name));
  return loaded.ok ? { ok: true, summary: summarise(name, loaded.result) } : loaded;
}
