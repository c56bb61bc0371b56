import type {
  AnyNode,
  BinaryExpression,
  CallExpression,
  IfStatement,
  Program,
  YieldExpression,
} from 'acorn';
import MagicString from 'magic-string';
import { parseModule, walk } from '../../../machine/derive-syntax.js';

/** How a mutant differs from the source it was made of. */
export type MutationKind =
  'drop a step' | 'drop a wake' | 'swap two steps' | 'weaken a compare' | 'store a constant';

/** A module that differs from another in one place. */
export interface Mutant {
  readonly kind: MutationKind;
  /** The steps function that it is in. */
  readonly method: string;
  /** What stood there, and what does now; one line each. */
  readonly before: string;
  readonly after: string;
  readonly text: string;
}

/** Steps that touch nothing that another thread could see. */
const unseen: readonly string[] = ['preemption', 'now', 'work', 'pause', 'read', 'write'];
const wakes: readonly string[] = ['wake', 'rouse', 'mark', 'kick', 'wakePicked'];
/** Steps in the order of which nobody sees anything before a later step. */
const plain: readonly string[] = ['get', 'set'];
/** Steps that change a word, by the index of the argument that decides what it holds afterwards. */
const writes: ReadonlyMap<string, number> = new Map([
  ['store', 1],
  ['set', 1],
  ['swap', 1],
  ['add', 1],
  ['and', 1],
  ['or', 1],
  ['cas', 2],
]);
const weaker: ReadonlyMap<string, string> = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
]);

/**
 * All mutants of a module of steps code (JavaScript), each with one step changed: dropped, or made a look where
 * its value is used; swapped with the next; a comparison that is always as if it held, a `cas` that does not
 * compare; a constant stored in place of what is computed. A comparison that only decides what is counted is left
 * alone, and so is the order of plain steps.
 */
export function mutantsOf(source: string): readonly Mutant[] {
  const mutants: Mutant[] = [];
  const methods = new Map<AnyNode, string>();
  const { program } = parseModule(source, 'lock');
  const parsed: Parsed = { source, constants: constantsOf(program) };
  walk(program, (node, parent, within) => {
    if (node.type === 'MethodDefinition' && node.key.type === 'Identifier') {
      methods.set(node.value, node.key.name);
    }
    if (within?.generator !== true) return;
    const method = methods.get(within) ?? within.id?.name ?? '';
    for (const { kind, start, end, after } of changesOf(node, parent, parsed)) {
      const text = new MagicString(source).overwrite(start, end, after).toString();
      const before = oneLine(source.slice(start, end));
      mutants.push({ kind, method, before, after: oneLine(after), text });
    }
  });
  return mutants;
}

interface Parsed {
  readonly source: string;
  /** What is named at its top. */
  readonly constants: ReadonlySet<string>;
}

interface Change {
  readonly kind: MutationKind;
  readonly start: number;
  readonly end: number;
  readonly after: string;
}

function changesOf(node: AnyNode, parent: AnyNode | undefined, parsed: Parsed): readonly Change[] {
  const { source } = parsed;
  switch (node.type) {
    case 'BlockStatement':
      return swaps(node.body, source);
    case 'ExpressionStatement': {
      const name = stepOf(node);
      if (name === undefined) return [];
      return [change(wakes.includes(name) ? 'drop a wake' : 'drop a step', node, ';')];
    }
    case 'BinaryExpression':
      return parent?.type === 'IfStatement' && onlyCounts(parent) ? [] : weakened(node, source);
    case 'YieldExpression':
      return changedStep(node, parent, parsed);
    default:
      return [];
  }
}

function weakened(node: BinaryExpression, source: string): readonly Change[] {
  const { operator, left, right } = node;
  const first = textOf(left, source);
  switch (operator) {
    case '===':
      return [change('weaken a compare', node, `((${first}), true)`)];
    case '!==':
      return [change('weaken a compare', node, `((${first}), false)`)];
    default: {
      const other = weaker.get(operator);
      if (other === undefined) return [];
      return [change('weaken a compare', node, `${first} ${other} ${textOf(right, source)}`)];
    }
  }
}

/** A step that changes a word: it only looks, it stores a constant, it stores without comparing. */
function changedStep(
  { argument }: YieldExpression,
  parent: AnyNode | undefined,
  { source, constants }: Parsed,
): readonly Change[] {
  if (argument?.type !== 'CallExpression' || !isOnCpu(argument)) return [];
  const name = nameOf(argument) ?? '';
  const word = argument.arguments[0];
  const value = argument.arguments[writes.get(name) ?? Infinity];
  if (word === undefined || value === undefined) return [];
  const at = textOf(word, source);
  const stored = textOf(value, source);
  const isConstant =
    value.type === 'Literal' || (value.type === 'Identifier' && constants.has(value.name));
  const changes = [change('store a constant', value, isConstant ? `${stored} + 1` : '0')];
  if (parent?.type !== 'ExpressionStatement') {
    changes.push(change('drop a step', argument, `cpu.load(${at})`));
  }
  if (name === 'cas')
    changes.push(change('weaken a compare', argument, `cpu.swap(${at}, ${stored})`));
  return changes;
}

function swaps(statements: readonly AnyNode[], source: string): readonly Change[] {
  return statements.flatMap((first, i) => {
    const second = statements[i + 1];
    if (second === undefined || !hasOrder(first) || !hasOrder(second)) return [];
    const after = `${textOf(second, source)} ${textOf(first, source)}`;
    return [{ kind: 'swap two steps', start: first.start, end: second.end, after }];
  });
}

/** Others can see whether this statement's step comes before or after another. */
function hasOrder(node: AnyNode): boolean {
  const name = stepOf(node);
  return name !== undefined && !plain.includes(name);
}

/** `if (…) cpu.count.steals++;` */
function onlyCounts({ consequent, alternate }: IfStatement): boolean {
  const isCount =
    consequent.type === 'ExpressionStatement' && consequent.expression.type === 'UpdateExpression';
  return isCount && (alternate ?? undefined) === undefined;
}

function constantsOf({ body }: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of body) {
    const declared =
      statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type === 'VariableDeclaration') {
      for (const { id } of declared.declarations) if (id.type === 'Identifier') names.add(id.name);
    } else if (declared?.type === 'ImportDeclaration') {
      for (const { local } of declared.specifiers) names.add(local.name);
    }
  }
  return names;
}

/** The name of the step that this statement is, unless nobody could see it. */
function stepOf(node: AnyNode): string | undefined {
  if (node.type !== 'ExpressionStatement' || node.expression.type !== 'YieldExpression') {
    return undefined;
  }
  const { argument } = node.expression;
  if (argument?.type !== 'CallExpression') return argument?.type;
  const name = nameOf(argument);
  return name === undefined || (isOnCpu(argument) && unseen.includes(name)) ? undefined : name;
}

function nameOf({ callee }: CallExpression): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
    ? callee.property.name
    : undefined;
}

const isOnCpu = ({ callee }: CallExpression): boolean =>
  callee.type === 'MemberExpression' &&
  callee.object.type === 'Identifier' &&
  callee.object.name === 'cpu';

const change = (kind: MutationKind, { start, end }: AnyNode, after: string): Change => ({
  kind,
  start,
  end,
  after,
});

const textOf = ({ start, end }: AnyNode, source: string): string => source.slice(start, end);

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
