import { pathToFileURL } from 'node:url';
import { checkDefinition } from './check-definition.js';
import type { LockDefinition } from './definition.js';

/** A user's lock file as it was read: plain data, so that workers can load it without reading or deriving. */
export interface UserLock {
  /** As the user named it. */
  readonly path: string;
  /** The file's text. */
  readonly source: string;
  /** The same in direct form. */
  readonly direct: string;
  /** Of `source`, in hexadecimal. */
  readonly sha256: string;
}

/** One thing that is wrong with a lock file, and what to do. Line and column from 1; 0 is the file as a whole. */
export interface LockProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A lock file that cannot be used: everything that is wrong with it. */
export class LockFileError extends Error {
  readonly path: string;
  readonly problems: readonly LockProblem[];

  constructor(path: string, problems: readonly LockProblem[], options?: ErrorOptions) {
    super(
      problems
        .map(({ line, column, message }) =>
          line === 0 ? `${path}: ${message}` : `${path}:${line}:${column}: ${message}`,
        )
        .join('\n'),
      options,
    );
    this.name = 'LockFileError';
    this.path = path;
    this.problems = problems;
  }
}

/**
 * Evaluates a user's lock file and checks what it exports. `form` says which of its two forms: `steps` as
 * written, `direct` for `ThreadCpu`, whose definition has the same type though its methods are plain.
 *
 * @throws LockFileError if it throws, has no default export, or exports something that is not a lock.
 */
export async function loadUserLock(
  userLock: UserLock,
  form: 'steps' | 'direct',
): Promise<LockDefinition> {
  const { path } = userLock;
  // The name makes stack traces point at the user's file; deriving keeps every line where it was.
  const name = pathToFileURL(path).href;
  const text = `${form === 'steps' ? userLock.source : userLock.direct}\n//# sourceURL=${name}`;
  const url = `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(url)) as { readonly default?: unknown };
  } catch (error) {
    const message = `does not load: ${String(error)}`;
    throw new LockFileError(path, [{ ...placeIn(error, name), message }], { cause: error });
  }
  const checked = checkDefinition(loaded.default, form);
  if (checked.ok) return checked.definition;
  throw new LockFileError(
    path,
    checked.problems.map((message) => ({ line: 0, column: 0, message })),
  );
}

/** Where in the file an error was thrown; 0 if its stack does not say. */
function placeIn(error: unknown, name: string): { line: number; column: number } {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(`${name}:`);
  const place = at === -1 ? null : /^(\d+):?(\d+)?/.exec(stack.slice(at + name.length + 1));
  return { line: Number(place?.[1] ?? 0), column: Number(place?.[2] ?? (place ? 1 : 0)) };
}
