import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { explainSystemError } from '../results/system-error.js';

/** A path that can be written, or a sentence about why it cannot and what to do. */
export type DerivedFile =
  { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string };

/**
 * Finds out, before anything is measured, whether a file that is derived from a result can be written.
 * Unlike the result itself it may be overwritten. `option` is the flag that named it.
 */
export function prepareDerivedFile(option: string, file: string, directory: string): DerivedFile {
  const path = resolve(directory, file);
  const refuse = (why: string): DerivedFile => ({
    ok: false,
    message: `${option}: cannot write to ${file}: ${why}; name another file`,
  });
  try {
    if (file.endsWith('/') || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
      return refuse('it is a directory');
    }
    mkdirSync(dirname(path), { recursive: true });
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
    return `${option}: could not write ${path}: ${explainSystemError(error)}; export it again from the saved result`;
  }
}
