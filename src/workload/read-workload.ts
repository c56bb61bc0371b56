import type { KnownNames } from './check-strategies.js';
import { diagnosticCodes, wholeFile } from './diagnostic.js';
import { parseWorkload, type ParsedWorkload } from './parse.js';
import { readText } from './read-text.js';

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
  const read = await readText(file, directory, {
    directory: 'is a directory: name the workload files in it',
    missing: 'no such file: mmlock init writes a first workload',
    tooLarge: 'is it a workload?',
  });
  return read.ok
    ? parseWorkload(read.text, file, known)
    : { diagnostics: [wholeFile(file, diagnosticCodes.unreadable, read.message)], cells: [] };
}
