import { execFileSync } from 'node:child_process';
import { v8Flags } from '../engines/threads/v8-flags.js';

/** Runs this benchmark again in a process of its own, started as a block is, with `words` as arguments, and gives the JSON it printed. */
export function inOwnProcess(words: readonly string[]): unknown {
  const printed = execFileSync(process.execPath, [...v8Flags, process.argv[1] ?? '', ...words], {
    encoding: 'utf8',
  });
  return JSON.parse(printed) as unknown;
}
