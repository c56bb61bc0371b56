import { closeSync, existsSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Plan } from '../workload/plan.js';
import { makeDirectory } from './make-directory.js';
import { explainSystemError } from './system-error.js';

export interface OutputRequest {
  /** `--out`, as given: a file if it ends in `.json`, else a directory; undefined: `results`. */
  readonly out: string | undefined;
  /** What relative paths are relative to. */
  readonly directory: string;
  /** What the file is called in a directory, with its ending. */
  readonly name: string;
  /** Overwrite a file that exists. */
  readonly force: boolean;
}

/** Where the result goes, found writable; or why not, as a message for the user. */
export type OutputPath =
  { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string };

/**
 * `2026-11-23T01-04-11Z-4711.json`: sorts by time, and names the seed. What was simulated has no time: it is called
 * after its workloads, machine and seed, `fault-storm-server-2s-64-1.json`.
 */
export function resultFileName(
  startedMs: number,
  seed: number,
  workloads: readonly { readonly name: string; readonly plan: Pick<Plan, 'machine'> }[] = [],
): string {
  const machine = workloads[0]?.plan.machine;
  if (machine === undefined) {
    const time = new Date(startedMs).toISOString().slice(0, 19).replaceAll(':', '-');
    return `${time}Z-${seed}.json`;
  }
  const names = [...new Set(workloads.map(({ name }) => name))].join('+').slice(0, longestNames);
  return `${names}-${machine.profile.name}-${seed}.json`;
}

/** A file's name has at most 255 bytes. */
const longestNames = 150;

const usualFolder = 'results';

/** Picks the result's file and proves that it can be written, before anything is measured. */
export function prepareOutput(request: OutputRequest): OutputPath {
  const shown = request.out ?? usualFolder;
  const given = resolve(request.directory, shown);
  const refuse = (message: string): OutputPath => ({ ok: false, message: `--out: ${message}` });
  try {
    const isDirectory = namesFolder(shown, given);
    if (!isDirectory && existsSync(given) && !request.force) {
      return refuse(
        `${shown} exists; give another name, a directory, or --force to replace the file`,
      );
    }
    const path = isDirectory ? freeName(given, request) : given;
    makeDirectory(dirname(path));
    probe(path);
    return { ok: true, path };
  } catch (error) {
    return refuse(`cannot write to ${shown}: ${explainSystemError(error)}; give another --out`);
  }
}

/** A folder that exists, or a path that is not there yet and does not end as a result file does. */
export function namesFolder(shown: string, given: string): boolean {
  const found = statSync(given, { throwIfNoEntry: false });
  return (
    found?.isDirectory() ?? (shown.endsWith('/') || shown.endsWith(sep) || !/\.json$/i.test(shown))
  );
}

/** The folder that a result with this `--out` goes into. It need not exist. */
export function outputFolder(out: string | undefined, directory: string): string {
  const shown = out ?? usualFolder;
  const given = resolve(directory, shown);
  return namesFolder(shown, given) ? given : dirname(given);
}

/** Two runs may start in one second with one seed, or be the same. */
function freeName(directory: string, { name }: OutputRequest): string {
  for (let copy = 1; ; copy++) {
    const path = join(directory, copy === 1 ? name : name.replace(/\.json$/, `-${copy}.json`));
    if (!existsSync(path)) return path;
  }
}

/** The name under which a file is written before it is renamed to `path`. */
export const temporaryName = (path: string): string => `${path}.${process.pid}.tmp`;

/** Writes a byte where the result will be written first. */
function probe(path: string): void {
  const temporary = temporaryName(path);
  const file = openSync(temporary, 'w');
  try {
    writeSync(file, '\n');
  } finally {
    closeSync(file);
    unlinkSync(temporary);
  }
}
