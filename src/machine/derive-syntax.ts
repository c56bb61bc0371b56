import {
  parse,
  type AnyNode,
  type ArrowFunctionExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  type Program,
  type Token,
} from 'acorn';

/** Something that cannot be derived, and what to do about it. Line and column count from 1. */
export interface DeriveProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A file that breaks the rules of steps code: every fault in it, in the order of the text. */
export class DeriveError extends Error {
  readonly file: string;
  readonly problems: readonly DeriveProblem[];
  /** Where the first fault is, from 1. */
  readonly line: number;
  readonly column: number;

  constructor(file: string, problems: readonly DeriveProblem[]) {
    super(
      problems.map((at) => `${file}:${at.line}:${at.column}: ${at.message}`).join('\n') || file,
    );
    this.name = 'DeriveError';
    this.file = file;
    this.problems = problems;
    this.line = problems[0]?.line ?? 1;
    this.column = problems[0]?.column ?? 1;
  }
}

export interface Syntax {
  readonly program: Program;
  readonly tokens: readonly Token[];
}

/**
 * Parses a module.
 *
 * @throws DeriveError at a syntax error.
 */
export function parseModule(source: string, file: string): Syntax {
  const tokens: Token[] = [];
  try {
    const program = parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowHashBang: true,
      onToken: tokens,
    });
    return { program, tokens };
  } catch (error) {
    if (!(error instanceof SyntaxError) || !('pos' in error)) throw error;
    const message = error.message.replace(/ \(\d+:\d+\)$/, '');
    throw new DeriveError(file, [{ ...positionOf(source, Number(error.pos)), message }]);
  }
}

/** Line and column, from 1, of an offset in a text. */
export function positionOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

export type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

export const isFunction = (node: AnyNode): node is FunctionNode =>
  node.type === 'FunctionDeclaration' ||
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression';

/**
 * Calls `visit` for every node below and including `node`, parents first, in the order of the text.
 * `within` is the function whose body or parameters the node is in; undefined at the top.
 */
export function walk(
  node: AnyNode,
  visit: (node: AnyNode, parent: AnyNode | undefined, within: FunctionNode | undefined) => void,
  parent?: AnyNode,
  within?: FunctionNode,
): void {
  visit(node, parent, within);
  const inside = isFunction(node) ? node : within;
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) walk(child, visit, node, inside);
    }
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  'start' in value;
