import type { Machine } from './machine.js';
import { deviation, opcode, opcodeNames } from './opcodes.js';
import type { VerifyCpu } from './verify-cpu.js';

/** Steps that give nothing worth showing. */
const silent: readonly number[] = [
  opcode.store,
  opcode.decide,
  opcode.park,
  opcode.pause,
  opcode.read,
  opcode.write,
  opcode.acquire,
];

/**
 * The step a CPU stands before, for a person: `add lock+0, 1`. Empty for what happens only inside the
 * checker and departs from nothing.
 */
export function stepText(machine: Machine, cpu: VerifyCpu, choice: number): string {
  const { op, word, a, b } = cpu;
  const name = opcodeNames[op] ?? '';
  const at = word < 0 ? '' : machine.wordName(word);
  switch (op) {
    case opcode.end:
      return '';
    case opcode.decide:
      return choice === deviation.none ? '' : 'will stop waiting early';
    case opcode.load:
    case opcode.read:
    case opcode.write:
      return `${name} ${at}`;
    case opcode.cas:
    case opcode.acquire:
      return `${name} ${at}, ${a} to ${b}`;
    case opcode.awaitOwner:
      return `${name} ${at}, ${a}, thread ${b}`;
    case opcode.park:
      return `${name} ${at}, ${a}${parkText(choice)}`;
    case opcode.parked:
      return 'goes on';
    case opcode.isRunning:
    case opcode.isPreempted:
      return `${name} ${a}`;
    case opcode.pause:
    case opcode.needsReschedule:
    case opcode.past:
      return name;
    default:
      return `${name} ${at}, ${a}`;
  }
}

const parkText = (choice: number): string =>
  choice === deviation.none
    ? ''
    : choice === deviation.early
      ? '; will wake for no reason'
      : '; will time out';

/** What the step gave, to stand behind its text. */
export const valueText = (op: number, value: number): string =>
  silent.includes(op) ? '' : ` → ${value}`;
