import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryName } from './output-path.js';

/**
 * Replaces the file at `path`, or makes it: written beside it, synced, renamed, so that whenever the machine stops
 * the file is whole, the old one or the new one. Throws what the system says, and leaves the old one then.
 */
export function replaceFile(path: string, text: string): void {
  const temporary = temporaryName(path);
  try {
    const file = openSync(temporary, 'w');
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw error;
  }
  syncDirectory(dirname(path));
}

/** What made the write fail may make this fail too, as a directory that is gone does; that is said already. */
function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {
    return;
  }
}

/** Makes the rename itself durable; not every file system allows it, and the file is whole without it. */
function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  } catch {
    return;
  }
}
