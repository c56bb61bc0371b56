import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Where saved baselines are, below the working directory. */
export const baselineFolder = join('results', 'baselines');

const longestName = 100;

/** Why a word is no name of a saved baseline, as a sentence with what to do; '' if it is one. */
export function faultOfName(name: string): string {
  if (name.includes('/')) return 'has a / in it: a name is no path';
  if (name.endsWith('.json')) return 'ends in .json as a file does: leave that off';
  if (name.startsWith('.')) return 'begins with a dot: leave that off';
  if (name.length > longestName) return `is longer than ${longestName} characters: shorten it`;
  return /^[a-z0-9._-]+$/.test(name)
    ? ''
    : 'is no name of a saved baseline: use a to z, 0 to 9, dots, underscores and hyphens';
}

/** The file of a saved baseline. */
export const baselinePath = (directory: string, name: string): string =>
  join(directory, baselineFolder, `${name}.json`);

export const baselineExists = (directory: string, name: string): boolean =>
  statSync(baselinePath(directory, name), { throwIfNoEntry: false }) !== undefined;

/** Names of the baselines that are saved, sorted. Throws what the system says of a folder that cannot be read. */
export function baselineNames(directory: string): readonly string[] {
  const folder = join(directory, baselineFolder);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .filter((name) => faultOfName(name) === '')
    .sort();
}

/** That a baseline is not there, and which one may have been meant. */
export function missingBaseline(name: string, names: readonly string[]): string {
  const there = names.length === 0 ? 'none is saved' : `there are ${names.join(', ')}`;
  return `there is no saved baseline ${name} (${there}): mmlock baseline save ${name} RESULT saves one`;
}
