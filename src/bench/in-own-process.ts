import { execFileSync } from 'node:child_process';

/** Runs this benchmark again in a process of its own with `words` as arguments, and gives the JSON it printed. */
export function inOwnProcess(words: readonly string[]): unknown {
  const printed = execFileSync(process.execPath, [process.argv[1] ?? '', ...words], {
    encoding: 'utf8',
  });
  return JSON.parse(printed) as unknown;
}
