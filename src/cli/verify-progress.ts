import { widthOf } from './context.js';
import type { Context } from './context.js';

/** How far the exploration is. */
export interface VerifyProgress {
  /** A function that tells of one target. */
  at(target: string): (executions: number, scenario: string) => void;
  /** Removes what is not to stay. */
  end(): void;
}

/** Milliseconds between two looks of a person. */
const interval = 500;

/** On a terminal one line, painted anew; elsewhere a line a target. */
export function createVerifyProgress({ stderr, env }: Context, quiet: boolean): VerifyProgress {
  if (quiet) return { at: () => () => undefined, end: () => undefined };
  if (stderr.isTTY !== true) {
    return {
      at(target) {
        stderr.write(`${target} …\n`);
        return () => undefined;
      },
      end: () => undefined,
    };
  }
  let painted = 0;
  return {
    at: (target) => (executions, scenario) => {
      const now = performance.now();
      if (now - painted < interval) return;
      painted = now;
      const text = `${target} · ${scenario} · ${executions} executions`;
      stderr.write(`\r\u001b[K${text.slice(0, widthOf(stderr, env) - 1)}`);
    },
    end: () => void stderr.write('\r\u001b[K'),
  };
}
