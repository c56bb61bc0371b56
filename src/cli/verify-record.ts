import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  parseSavedFault,
  type ParsedFault,
  type SavedFault,
} from '../engines/verify/saved-fault.js';
import { explainSystemError } from '../results/system-error.js';
import type { Context } from './context.js';
import { prepareDerivedFile, writeDerivedFile } from './derived-file.js';

/** `--out` names a directory: it ends in a slash, or is one. */
export function isDirectory(out: string, directory: string): boolean {
  const found = statSync(resolve(directory, out), { throwIfNoEntry: false });
  return out.endsWith('/') || found?.isDirectory() === true;
}

/** Where the interleaving of a lock's fault goes, relative to the working directory. */
export function faultPath(out: string, label: string, directory: string): string {
  const name = `verify-${label.replaceAll(/[^\w.-]+/g, '-')}.json`;
  return isDirectory(out, directory) ? join(out, name) : out;
}

/** Writes it; gives what went wrong as a sentence, or null. */
export function saveFault(saved: SavedFault, file: string, context: Context): string | null {
  const prepared = prepareDerivedFile('--out', file, context.directory);
  if (!prepared.ok) return prepared.message;
  return writeDerivedFile('--out', prepared.path, `${JSON.stringify(saved, null, 1)}\n`);
}

export function readFault(file: string, context: Context): ParsedFault {
  try {
    return parseSavedFault(readFileSync(resolve(context.directory, file), 'utf8'));
  } catch (error) {
    return { ok: false, message: `cannot be read: ${explainSystemError(error)}` };
  }
}
