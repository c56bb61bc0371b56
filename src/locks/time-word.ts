import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';

/** Words that a time takes. */
export const timeWords = 2;

/** What the first of them counts, ns: about a second, so that times of 60 years fit. */
const unitNs = 2 ** 30;

/** Keeps a time (whole ns, not negative) in words that a lock guards, for other threads to decide by. */
export function* keepTime(cpu: Cpu, word: number, ns: number): Steps {
  yield cpu.set(word, Math.floor(ns / unitNs));
  yield cpu.set(word + 1, ns % unitNs);
}

/** 1 once the time kept there is past. */
export function* isPast(cpu: Cpu, word: number): Steps<number> {
  const units = yield cpu.get(word);
  return yield cpu.past(units * unitNs + (yield cpu.get(word + 1)));
}
