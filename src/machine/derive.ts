import type { AnyNode, Token } from 'acorn';
import MagicString, { type DecodedSourceMap } from 'magic-string';
import { findFaults, isCallOnCpu } from './derive-rules.js';
import {
  DeriveError,
  isFunction,
  parseModule,
  positionOf,
  walk,
  type FunctionNode,
  type Syntax,
} from './derive-syntax.js';

export { DeriveError, type DeriveProblem } from './derive-syntax.js';

export interface DeriveOptions {
  /** Name of the source in errors and in the map. */
  readonly file: string;
  /**
   * `direct`: `*` and `yield` removed, so that every step is a plain call. `conditional`: a step yields only if it
   * could not be taken at once; `cpu.ready` tells, and `cpu.result` is then its value. Calls of steps functions stay.
   */
  readonly form: 'direct' | 'conditional';
}

export interface Derived {
  readonly code: string;
  /** From the code to the source given, word by word. No line is added or removed. */
  readonly map: DecodedSourceMap;
}

/**
 * Derives a form of a module of steps code: the same text without generators, or with fewer yields.
 *
 * @throws DeriveError that names every fault with its position.
 */
export function derive(source: string, options: DeriveOptions): Derived {
  const { file, form } = options;
  const syntax = parseModule(source, file);
  const faults = findFaults(syntax.program);
  if (faults.length > 0) {
    throw new DeriveError(
      file,
      faults.map(({ offset, message }) => ({ ...positionOf(source, offset), message })),
    );
  }
  const text = new MagicString(source);
  if (form === 'direct') removeSteps(text, syntax);
  else makeConditional(text, syntax);
  return {
    code: text.toString(),
    map: text.generateDecodedMap({ source: file, includeContent: false, hires: 'boundary' }),
  };
}

function removeSteps(text: MagicString, { program, tokens }: Syntax): void {
  const statements = new Set<number>();
  walk(program, (node, parent) => {
    if (node.type === 'ExpressionStatement') statements.add(node.start);
    else if (node.type === 'ClassBody') separateFields(text, node.body);
    else if (node.type === 'YieldExpression') removeYield(text, node, statements.has(node.start));
    else if (isFunction(node) && node.generator) removeStar(text, tokens, node, parent);
  });
}

function makeConditional(text: MagicString, { program }: Syntax): void {
  const statements = new Set<number>();
  walk(program, (node) => {
    if (node.type === 'ExpressionStatement') statements.add(node.start);
    if (node.type !== 'YieldExpression' || node.argument?.type !== 'CallExpression') return;
    if (!isCallOnCpu(node.argument)) return;
    const opening = statements.has(node.start) ? 'void (' : '(';
    text.update(node.start, node.start + 'yield'.length, opening);
    text.appendLeft(node.argument.end, ', cpu.ready === 0 ? yield : cpu.result)');
  });
}

/**
 * A `yield` that begins a statement becomes `void`: what follows may begin with a parenthesis, which in a
 * source without semicolons would go on the line before as a call.
 */
function removeYield(text: MagicString, node: AnyNode, beginsStatement: boolean): void {
  if (node.type !== 'YieldExpression' || !node.argument) return;
  const end = node.start + 'yield'.length;
  if (beginsStatement) {
    text.update(node.start, end, 'void');
    if (node.argument.type !== 'CallExpression') {
      text.appendRight(node.argument.start, '(').appendLeft(node.argument.end, ')');
    }
    return;
  }
  let next = end;
  while (text.original[next] === ' ' || text.original[next] === '\t') next++;
  text.remove(node.start, next);
}

function removeStar(
  text: MagicString,
  tokens: readonly Token[],
  node: FunctionNode,
  parent: AnyNode | undefined,
): void {
  const isMethod =
    parent?.type === 'MethodDefinition' || (parent?.type === 'Property' && parent.method);
  const from = isMethod ? parent.start : node.start;
  const star = tokens.find((token) => token.start >= from && token.type.label === '*');
  if (star !== undefined) text.remove(star.start, star.end);
}

/** A field without its semicolon is ended by the `*` of the method after it; without the `*` it needs one. */
function separateFields(text: MagicString, members: readonly AnyNode[]): void {
  members.forEach((member, index) => {
    const next = members[index + 1];
    if (
      member.type === 'PropertyDefinition' &&
      next?.type === 'MethodDefinition' &&
      next.value.generator &&
      text.original[member.end - 1] !== ';'
    ) {
      text.appendLeft(member.end, ';');
    }
  });
}
