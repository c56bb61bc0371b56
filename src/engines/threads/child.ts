import { fork } from 'node:child_process';
import { EngineFailure } from '../engine.js';
import type { Reply, Request } from './messages.js';
import { v8Flags } from './v8-flags.js';

/** The direct form of the child's entry, joined with all that it imports: this module itself runs as written. */
const entry = new URL('../../direct/bundle/block.js', import.meta.url);

/**
 * Runs one request in a process of its own, and passes on what it answers. Resolves when it is done, or
 * when `signal` aborts, and then the process has been killed.
 *
 * @param what names the request in messages
 * @throws EngineFailure as the child reports it, or `killed` or `worker-died` if it ended without a word
 */
export function askChild(
  request: Request,
  what: string,
  heard: (reply: Reply) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const child = fork(entry, [], {
      execArgv: ['--enable-source-maps', ...v8Flags],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let outcome: Error | 'done' | undefined;
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4000);
    });
    const abort = (): void => {
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', abort, { once: true });
    child.on('message', (reply: Reply) => {
      if (reply.type === 'done') outcome = 'done';
      else if (reply.type === 'failed') outcome = new EngineFailure(reply.kind, reply.message);
      else heard(reply);
    });
    child.on('error', (error) => {
      outcome ??= new EngineFailure('worker-died', `${what}: ${error.message}`);
    });
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', abort);
      if (outcome === 'done' || signal.aborted) resolve();
      else if (outcome !== undefined) reject(outcome);
      else if (killedBy !== null) {
        reject(
          new EngineFailure(
            'killed',
            `${what}: its process was killed by ${killedBy}` +
              (killedBy === 'SIGKILL' ? ' (out of memory?)' : ''),
          ),
        );
      } else {
        reject(
          new EngineFailure(
            'worker-died',
            `${what}: its process ended with exit code ${code ?? '?'}\n${errors.trim()}`,
          ),
        );
      }
    });
    child.send(request, (error) => {
      if (error !== null) child.kill('SIGKILL');
    });
  });
}
