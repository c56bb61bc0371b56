import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';

/**
 * Spins while the word holds `seen`, thread `owner` runs and this CPU need not reschedule. Gives what the word
 * holds then; `seen` still means to stop spinning.
 */
export function* awaitOwner(cpu: Cpu, word: number, seen: number, owner: number): Steps<number> {
  let found = yield cpu.awaitOwner(word, seen, owner);
  while (found === seen) {
    if (yield cpu.needsReschedule()) return seen;
    if ((yield cpu.isRunning(owner)) === 0) return seen;
    found = yield cpu.awaitOwner(word, seen, owner);
  }
  return found;
}
