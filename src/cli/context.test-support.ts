import type { Context } from './context.js';

/** What a command wrote, for tests. */
export interface Captured {
  readonly context: Context;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A context that is no terminal and keeps what is written to it. */
export function captureContext(overrides: Partial<Context> = {}): Captured {
  const stdout: string[] = [];
  const stderr: string[] = [];
  return {
    context: {
      stdout: { write: (text: string) => stdout.push(text) },
      stderr: { write: (text: string) => stderr.push(text) },
      env: {},
      commandLine: [],
      directory: process.cwd(),
      signal: new AbortController().signal,
      ...overrides,
    },
    stdout: () => stdout.join(''),
    stderr: () => stderr.join(''),
  };
}
