import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { KnownNames } from './check-strategies.js';
import { diagnosticCodes, wholeFile } from './diagnostic.js';
import { largestFile, parseWorkload, tooLarge, type ParsedWorkload } from './parse.js';

/**
 * Reads and checks a workload file. What cannot be read is a diagnostic like any other fault.
 *
 * @param file as the user wrote it; relative to `directory`
 */
export async function readWorkload(
  file: string,
  directory: string,
  known: KnownNames,
): Promise<ParsedWorkload> {
  const path = isAbsolute(file) ? file : resolve(directory, file);
  const unreadable = (message: string): ParsedWorkload => ({
    diagnostics: [wholeFile(file, diagnosticCodes.unreadable, message)],
  });
  try {
    const status = await stat(path);
    if (status.isDirectory()) {
      return unreadable('is a directory: name the workload files in it');
    }
    if (status.size > largestFile) return { diagnostics: [tooLarge(file)] };
    return parseWorkload(await readFile(path, 'utf8'), file, known);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    switch (error.code) {
      case 'ENOENT':
      case 'ENOTDIR':
        return unreadable('no such file: mmlock init writes a first workload');
      case 'EACCES':
      case 'EPERM':
        return unreadable('may not be read: change its permissions');
      default:
        return unreadable(`cannot be read: ${error.message}`);
    }
  }
}
