import { VerifyFault } from './fault.js';
import type { Machine } from './machine.js';
import { opcode } from './opcodes.js';
import type { VerifyCpu } from './verify-cpu.js';

/** The fault of a machine on which no thread can go on any more: who waits for what. */
export function stuckFault(machine: Machine): VerifyFault {
  const waiting = machine.cpus.filter(({ id }) => (machine.unended & (1 << id)) !== 0);
  const sleeps = waiting.some(({ op }) => op === opcode.parked);
  // Who sleeps though the lock is free can only be woken, and there is nobody who would.
  const isLost = sleeps && machine.property.isHeld?.() !== true;
  return new VerifyFault(
    isLost ? 'lost-wakeup' : 'deadlock',
    waiting.map((cpu) => waitText(cpu, machine)).join('; '),
  );
}

function waitText({ id, op, word, a }: VerifyCpu, machine: Machine): string {
  const name = machine.wordName(word);
  switch (op) {
    case opcode.parked:
      return `thread ${id} sleeps on ${name}, and nobody will wake it`;
    case opcode.pause:
      return `thread ${id} spins in vain`;
    case opcode.acquire:
      return `thread ${id} waits until ${name}, which holds ${machine.words[word] ?? 0}, holds ${a}`;
    default:
      return `thread ${id} waits until ${name} holds something other than ${a}`;
  }
}
