import { pathToFileURL } from 'node:url';
import type { Plan } from '../workload/plan.js';
import { EngineFailure } from './engine.js';

/**
 * The failure of a trial in which something threw: the user's whose lock file the stack names, or else the worker's.
 *
 * @param where it happened, such as `strategy mine, block 2`
 * @param stack of the error; '' if there was none
 */
export function blame(
  where: string,
  message: string,
  stack: string,
  { userLocks }: Pick<Plan, 'userLocks'>,
): EngineFailure {
  const culprit = Object.entries(userLocks).find(([, { path }]) =>
    stack.includes(pathToFileURL(path).href),
  );
  return culprit === undefined
    ? new EngineFailure('worker-died', `${where}: the worker failed: ${message}${indented(stack)}`)
    : new EngineFailure(
        'lock-threw',
        `${where}: the lock ${culprit[0]} (${culprit[1].path}) threw ${message}${indented(stack)}`,
      );
}

const indented = (stack: string): string =>
  stack === '' ? '' : `\n${stack.split('\n').slice(1, 6).join('\n')}`;
