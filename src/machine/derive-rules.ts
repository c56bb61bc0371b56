import type { AnyNode, CallExpression, Identifier, NewExpression, Program } from 'acorn';
import { isFunction, walk, type FunctionNode } from './derive-syntax.js';

/** A fault at an offset of the source. */
export interface RuleFault {
  readonly offset: number;
  readonly message: string;
}

/**
 * Checks the rules of steps code that the types cannot: a step, or a call of a steps function, stands
 * nowhere but under a `yield`; a `yield` has nothing else under it; no `yield*`, no `try`, no `async`.
 *
 * What is a step is told by the name: a call on `cpu`, or one with `cpu` among its arguments. So `cpu`
 * keeps its name in steps code.
 */
export function findFaults(program: Program): RuleFault[] {
  const faults: RuleFault[] = [];
  const yielded = new Set<AnyNode>();
  const fault = (node: AnyNode, message: string): void => {
    faults.push({ offset: node.start, message });
  };
  walk(program, (node, parent, within) => {
    if (isFunction(node)) {
      if (node.generator && node.async) {
        fault(node, 'a steps function cannot be async: remove `async`, every step is a `yield`');
      }
    } else if (node.type === 'YieldExpression') {
      if (node.delegate) {
        fault(node, '`yield*` is not steps code: write `yield`, which runs a steps function too');
      }
      if (node.argument === null || node.argument === undefined) {
        fault(node, '`yield` without a step: write `yield cpu.…(…)` on one line');
      } else {
        markSteps(node.argument, yielded, fault);
      }
    } else if (node.type === 'CallExpression') {
      if (isStep(node) && !yielded.has(node)) fault(node, notYielded(node, within));
    } else if (node.type === 'TryStatement') {
      if (within?.generator === true) {
        fault(node, '`try` in steps code: steps do not throw; test the value instead');
      }
    } else if (node.type === 'Identifier' && node.name === 'cpu' && within?.generator === true) {
      if (!isPlainUse(node, parent, within)) {
        fault(
          node,
          '`cpu` may only be called, passed to a steps function, or asked for its properties: do not keep it under another name',
        );
      }
    }
  });
  return faults.sort((a, b) => a.offset - b.offset);
}

/** Marks the calls that an operand of a `yield` may come to; anything else in their place is a fault. */
function markSteps(
  operand: AnyNode,
  yielded: Set<AnyNode>,
  fault: (node: AnyNode, message: string) => void,
): void {
  if (operand.type === 'ConditionalExpression') {
    markSteps(operand.consequent, yielded, fault);
    markSteps(operand.alternate, yielded, fault);
  } else if (operand.type === 'SequenceExpression') {
    const last = operand.expressions.at(-1);
    if (last !== undefined) markSteps(last, yielded, fault);
  } else if (operand.type === 'CallExpression' && isStep(operand)) {
    yielded.add(operand);
  } else {
    if (operand.type === 'CallExpression') yielded.add(operand);
    fault(
      operand,
      '`yield` of something that is not a step: its operand must be a call on `cpu`, a call with `cpu` among its arguments, or a `?:` of these',
    );
  }
}

const isCpu = (node: AnyNode): node is Identifier =>
  node.type === 'Identifier' && node.name === 'cpu';

/** Whether a call is of a step itself, and not of a steps function. */
export const isCallOnCpu = ({ callee }: CallExpression): boolean =>
  callee.type === 'MemberExpression' && isCpu(callee.object);

const takesCpu = (call: CallExpression | NewExpression): boolean => call.arguments.some(isCpu);

const isStep = (call: CallExpression): boolean => isCallOnCpu(call) || takesCpu(call);

function notYielded(call: CallExpression, within: FunctionNode | undefined): string {
  const what = isCallOnCpu(call) ? 'a step' : 'a call with `cpu` among its arguments';
  if (within?.generator === true) {
    return isCallOnCpu(call)
      ? `${what} without \`yield\`: write \`yield cpu.…(…)\`, or it never happens`
      : `${what} without \`yield\`: write \`yield\` before it, or, if it is no steps function, give it what it needs instead of \`cpu\``;
  }
  return `${what} outside a steps function: make the function around it a generator (\`*name(cpu, …)\`) and \`yield\` it, or, if this is no steps code, use another name than \`cpu\``;
}

/** Tells whether `cpu` stands where it cannot get another name: `cpu.x`, `f(cpu)`, a parameter, `const { task } = cpu`. */
function isPlainUse(node: Identifier, parent: AnyNode | undefined, within: FunctionNode): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.object === node || !parent.computed;
    case 'CallExpression':
      return parent.callee !== node;
    case 'VariableDeclarator':
      return parent.init === node && parent.id.type === 'ObjectPattern';
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.key === node && !parent.computed;
    case 'Property':
      return parent.key === node && parent.value !== node && !parent.computed;
    default:
      return within.params.includes(node);
  }
}
