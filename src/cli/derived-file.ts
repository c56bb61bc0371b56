import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeDirectory } from '../results/make-directory.js';
import { explainSystemError } from '../results/system-error.js';

/** A path that can be written, or a sentence about why it cannot and what to do. */
export type DerivedFile =
  { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string };

/**
 * Finds out, before anything is measured, whether a file that is derived from a result can be written.
 * Unlike the result itself it may be overwritten. `option` is the flag that named it; `kept` are absolute paths
 * of files that it must not replace.
 */
export function prepareDerivedFile(
  option: string,
  file: string,
  directory: string,
  kept: readonly string[] = [],
): DerivedFile {
  const path = resolve(directory, file);
  const refuse = (why: string): DerivedFile => ({
    ok: false,
    message: `${option}: cannot write to ${file}: ${why}; name another file`,
  });
  if (file === '-') return refuse('standard output holds what --format names');
  if (kept.includes(path)) return refuse('this run reads or writes it already');
  try {
    if (file.endsWith('/') || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
      return refuse('it is a directory');
    }
    makeDirectory(dirname(path));
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    return { ok: true, path };
  } catch (error) {
    return refuse(explainSystemError(error));
  }
}

/** Writes it; gives what went wrong as a sentence, or null. */
export function writeDerivedFile(option: string, path: string, text: string): string | null {
  try {
    writeFileSync(path, text);
    return null;
  } catch (error) {
    return `${option}: could not write ${path}: ${explainSystemError(error)}; make room, the saved result has what it is made from`;
  }
}
