import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { derive, DeriveError } from '../machine/derive.js';
import { parseModule, positionOf, walk } from '../machine/derive-syntax.js';
import type { LockProblem, UserLock } from './user-lock.js';

export type ReadUserLock =
  | { readonly ok: true; readonly lock: UserLock }
  | { readonly ok: false; readonly problems: readonly LockProblem[] };

/**
 * Reads a user's lock file and derives its direct form, without running it. A file that cannot be used
 * gives every fault in it that can be seen without running it; `loadUserLock` finds the others.
 */
export function readUserLock(path: string): ReadUserLock {
  if (/\.[cm]?ts$/.test(path)) {
    return whole('a lock file is JavaScript: compile it first, or write the types as JSDoc');
  }
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    return whole(unreadable(error));
  }
  try {
    const problems = importsIn(source, path);
    let direct = '';
    try {
      direct = derive(source, { file: path, form: 'direct' }).code;
    } catch (error) {
      if (!(error instanceof DeriveError)) throw error;
      problems.push(...error.problems);
    }
    if (problems.length > 0) {
      return {
        ok: false,
        problems: problems.sort((a, b) => a.line - b.line || a.column - b.column),
      };
    }
    const sha256 = createHash('sha256').update(source).digest('hex');
    return { ok: true, lock: { path, source, direct, sha256 } };
  } catch (error) {
    if (error instanceof DeriveError) return { ok: false, problems: error.problems };
    throw error;
  }
}

/** A lock runs from its text alone, in every worker and from every result that holds it: it imports nothing. */
function importsIn(source: string, file: string): LockProblem[] {
  const problems: LockProblem[] = [];
  walk(parseModule(source, file).program, (node) => {
    const imports =
      node.type === 'ImportDeclaration' ||
      node.type === 'ImportExpression' ||
      node.type === 'ExportAllDeclaration' ||
      (node.type === 'ExportNamedDeclaration' && node.source != null);
    if (!imports) return;
    problems.push({
      ...positionOf(source, node.start),
      message:
        "a lock file imports nothing: put what it needs into this file; types come from JSDoc, `@type {import('mmlock').LockDefinition}`",
    });
  });
  return problems;
}

const whole = (message: string): ReadUserLock => ({
  ok: false,
  problems: [{ line: 0, column: 0, message }],
});

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such lock file: a path on the command line is relative to the working directory, one in a workload to the workload file';
    case 'EISDIR':
      return 'is a directory: name the lock file in it';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read: check its permissions';
    default:
      return `cannot be read: ${String(error)}`;
  }
}
