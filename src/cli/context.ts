import type { ExitStatus } from './exit-status.js';

/** Where a command writes: a stream of the process, or a buffer in a test. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal, in characters. */
  readonly columns?: number | undefined;
}

/** Everything of the process that a command may touch. */
export interface Context {
  /** The result, and nothing else. */
  readonly stdout: Output;
  /** Progress, notes and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The words after `mmlock`. */
  readonly commandLine: readonly string[];
  /** What paths of the command line are relative to. */
  readonly directory: string;
  /** Aborts on the first SIGINT or SIGTERM; `reason` is an `Interruption`. */
  readonly signal: AbortSignal;
}

/** Why a run was cut short: the reason of `Context.signal`. */
export type Interruption = 'SIGINT' | 'SIGTERM';

/** Runs the body of a command; what it resolves to becomes the exit status. */
export type Runner = (body: () => ExitStatus | Promise<ExitStatus>) => Promise<void>;

/** May colour go to this stream? `NO_COLOR` (https://no-color.org) wins over a terminal and over `FORCE_COLOR`. */
export function wantsColour(output: Output, env: Context['env']): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  return output.isTTY === true && env.TERM !== 'dumb';
}

/** Where there is no terminal, lines may be somewhat longer than the usual one. */
export const widthOfFiles = 132;
const widthOfTerminals = 80;

/** Width to lay out for, in characters: `COLUMNS` first, so that a test or a pipe can choose it. */
export function widthOf(output: Output, env: Context['env']): number {
  const asked = Number(env.COLUMNS);
  if (Number.isInteger(asked) && asked >= 20) return asked;
  if (output.isTTY !== true) return widthOfFiles;
  // A terminal that does not know its size says 0.
  return output.columns !== undefined && output.columns >= 20 ? output.columns : widthOfTerminals;
}
