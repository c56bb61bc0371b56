import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { formatSize } from './units.js';

/** Greater files are refused unread: nothing that a user writes by hand is that long. */
export const largestFile = 2 ** 20;

/** What to tell the user of a file that is not what was expected. */
export interface ReadAdvice {
  readonly directory: string;
  readonly missing: string;
  /** A question that follows the size. */
  readonly tooLarge: string;
}

/** The text of a file; or why it cannot be had, as a message that follows its name. */
export type ReadText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/**
 * Reads a file that a user wrote.
 *
 * @param file as the user named it; relative to `directory`
 */
export async function readText(
  file: string,
  directory: string,
  advice: ReadAdvice,
): Promise<ReadText> {
  const path = isAbsolute(file) ? file : resolve(directory, file);
  const refuse = (message: string): ReadText => ({ ok: false, message });
  try {
    const status = await stat(path);
    if (status.isDirectory()) return refuse(advice.directory);
    if (status.size > largestFile) return refuse(tooLargeMessage(advice.tooLarge));
    return { ok: true, text: await readFile(path, 'utf8') };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    switch (error.code) {
      case 'ENOENT':
      case 'ENOTDIR':
        return refuse(advice.missing);
      case 'EACCES':
      case 'EPERM':
        return refuse('may not be read: change its permissions');
      default:
        return refuse(`cannot be read: ${error.message}`);
    }
  }
}

export const tooLargeMessage = (question: string): string =>
  `is larger than ${formatSize(largestFile)}: ${question}`;
