import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Interleaver } from '../machine/interleaver.js';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { isPast, keepTime, timeWords } from './time-word.js';

const word = 4;

/** What `isPast` says of a kept time at another. */
function pastAt(keptNs: number, nowNs: number): number {
  const machine = new Interleaver({ threads: 1, words: word + timeWords });
  const [past] = machine.run([
    function* (cpu: Cpu): Steps<number> {
      yield keepTime(cpu, word, keptNs);
      machine.now = nowNs;
      return yield isPast(cpu, word);
    },
  ]);
  return past ?? -1;
}

test('a kept time is past once the clock is beyond it, however long that takes', () => {
  // Within one of the units in which it is kept, at their edges, in another one, and after sixty years.
  for (const ns of [
    500,
    2 ** 30 - 1,
    2 ** 30,
    2 ** 30 + 1,
    5 * 2 ** 30 + 123,
    60 * 365 * 86_400e9,
  ]) {
    assert.equal(pastAt(ns, ns - 400), 0, `${ns} is not past before`);
    assert.equal(pastAt(ns, ns + 400), 1, `${ns} is past after`);
  }
});
