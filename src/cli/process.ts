import type { Interruption } from './context.js';
import { exitStatus } from './exit-status.js';
import { main } from './main.js';

/**
 * Runs mmlock as this process: its streams, its signals, its exit status.
 * The first SIGINT or SIGTERM asks the command to stop and keep what it finished; a second ends at once.
 */
export async function runProcess(): Promise<void> {
  quietWhenReaderLeaves(process.stdout);
  quietWhenReaderLeaves(process.stderr);
  const controller = new AbortController();
  const interruption = catchSignals(controller);
  const status = await main({
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    commandLine: process.argv.slice(2),
    directory: process.cwd(),
    signal: controller.signal,
  });
  process.exitCode = interruption() ?? status;
}

/** `mmlock … | head` is no fault: what can no longer be written is dropped. */
function quietWhenReaderLeaves(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Gives a function that says which status a signal has decided, if one came. */
function catchSignals(controller: AbortController): () => 130 | 143 | undefined {
  let decided: 130 | 143 | undefined;
  const stop = (signal: Interruption, status: 130 | 143): void => {
    if (decided !== undefined) process.exit(decided);
    decided = status;
    controller.abort(signal);
  };
  process.on('SIGINT', () => stop('SIGINT', exitStatus.interrupted));
  process.on('SIGTERM', () => stop('SIGTERM', exitStatus.terminated));
  return () => decided;
}
