import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { explainSystemError } from './system-error.js';

/** Files that may be results, by path, in order; or why there is no looking, as a message for the user. */
export type ResultFiles =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Saved baselines are copies of results that stand elsewhere too. */
const copies = 'baselines';

/**
 * Every `.json` file of a folder and of those below it, or the file itself. Hidden folders and `baselines` are left
 * out, and links to folders are not followed. Paths begin as `path` does.
 */
export function listResultFiles(path: string, shown = path): ResultFiles {
  try {
    if (!statSync(path).isDirectory()) return { ok: true, files: [path] };
    return { ok: true, files: filesBelow(path).sort() };
  } catch (error) {
    const why = explainSystemError(error);
    return {
      ok: false,
      message: `${shown}: cannot be read: ${why}; give a folder of results, or result files`,
    };
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return isResultName(entry.name) ? [path] : [];
    return entry.name.startsWith('.') || entry.name === copies ? [] : filesBelow(path);
  });
}

const isResultName = (name: string): boolean => name.endsWith('.json') && !name.startsWith('.');

/** The result files of one folder, the last written first; none where it cannot be read. */
export function newestResultFiles(folder: string, most: number): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && isResultName(entry.name))
      .map(({ name }) => join(folder, name))
      .map((path) => ({ path, writtenMs: statSync(path).mtimeMs }))
      .sort((a, b) => b.writtenMs - a.writtenMs)
      .slice(0, most)
      .map(({ path }) => path);
  } catch {
    return [];
  }
}
