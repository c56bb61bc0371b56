import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../../machine/cpu.js';
import { Random } from '../../machine/random.js';
import type { Steps } from '../../machine/steps.js';
import { Explorer, type ExplorerOptions } from './explorer.js';
import type { Program, Subject } from './subject.js';

interface Outcome {
  readonly executions: number;
  readonly states: readonly string[];
  readonly faults: readonly string[];
}

/** All final states and kinds of fault, each once. */
function outcome(subject: Subject, options: ExplorerOptions): Outcome | undefined {
  const states = new Set<string>();
  const explorer = new Explorer(subject, {
    collect: true,
    maxSteps: 200,
    onEnd: (words) => states.add(words.join(' ')),
    ...options,
  });
  while (!explorer.explore(10_000)) if (explorer.executions > 20_000) return undefined;
  assert.equal(explorer.cut, 0);
  return {
    executions: explorer.executions,
    states: [...states].sort(),
    faults: [...new Set(explorer.faults.map(({ kind }) => kind))].sort(),
  };
}

/** Words 0 to 2 are shared; each thread writes what it has seen into words of its own. */
const shared = 3;
const ownWords = 4;

type Action = readonly [kind: number, word: number, value: number];

function* play(cpu: Cpu, actions: readonly Action[]): Steps {
  let out = shared + cpu.id * ownWords;
  for (const [kind, word, value] of actions) {
    let seen = 0;
    switch (kind) {
      case 0:
        seen = yield cpu.load(word);
        break;
      case 1:
        yield cpu.store(word, value);
        break;
      case 2:
        seen = yield cpu.add(word, value);
        break;
      case 3:
        seen = yield cpu.cas(word, 0, value);
        break;
      case 4:
        seen = yield cpu.awaitChange(word, 0);
        break;
      case 5:
        yield cpu.acquire(word, 0, value);
        break;
      case 6:
        seen = yield cpu.park(word, 0);
        break;
      case 7:
        seen = yield cpu.wake(word, 1);
        break;
      case 8:
        seen = yield cpu.isRunning((cpu.id + 1) % 2);
        break;
      case 9:
        seen = yield cpu.needsReschedule();
        break;
      case 10:
        seen = yield cpu.awaitOwner(word, 0, (cpu.id + 1) % 2);
        break;
      case 11:
        seen = yield cpu.load(word);
        if (seen === 0) yield cpu.pause();
        break;
      case 12:
        seen = yield cpu.park(word, 0, 1000);
        break;
      case 13:
        seen = yield cpu.awaitChange(word, 0, 1000);
        break;
      default:
        yield cpu.store(word, 0);
    }
    // A thread's own words conflict with nobody's.
    if (kind < 14) yield cpu.store(out++, seen + 2);
  }
}

function randomSubject(random: Random, threads: number, actions: number): Subject {
  const programs: Program[] = Array.from({ length: threads }, () => {
    const list = Array.from({ length: 1 + random.below(actions) }, (): Action => [
      random.below(15),
      random.below(random.below(2) + 1),
      1 + random.below(2),
    ]);
    return (cpu) => play(cpu, list);
  });
  return { programs, image: new Int32Array(shared + threads * ownWords) };
}

describe('Explorer', () => {
  it('explores two orders of two writes, and one of two looks', () => {
    const write: Program = function* (cpu) {
      yield cpu.store(0, cpu.id + 1);
    };
    const look: Program = function* (cpu) {
      yield cpu.load(0);
    };
    const image = new Int32Array(1);
    assert.equal(outcome({ programs: [write, write], image }, {})?.executions, 2);
    assert.equal(outcome({ programs: [look, look], image }, {})?.executions, 1);
    assert.equal(outcome({ programs: [write, look, look], image }, {})?.executions, 4);
  });

  const cases: [threads: number, actions: number, deviations: number, count: number][] = [
    [2, 4, 0, 400],
    [3, 2, 0, 150],
    [2, 3, 1, 400],
    [2, 3, 2, 200],
    [3, 2, 1, 20],
  ];
  for (const [threads, actions, deviations, count] of cases) {
    it(`finds what brute force finds: ${count} programs of ${threads} threads, ${deviations} deviations`, () => {
      let checked = 0;
      let fewer = 0;
      for (let seed = 1; seed <= count; seed++) {
        const subject = randomSubject(new Random(seed), threads, actions);
        const all = outcome(subject, { deviations, reduction: 'none' });
        if (all === undefined) continue;
        const reduced = outcome(subject, { deviations });
        assert.ok(reduced);
        checked++;
        assert.deepEqual(
          { states: reduced.states, faults: reduced.faults },
          { states: all.states, faults: all.faults },
          `seed ${seed}`,
        );
        assert.ok(reduced.executions <= all.executions, `seed ${seed}`);
        if (reduced.executions < all.executions) fewer++;
      }
      assert.ok(checked > count / 3 && fewer > checked / 2, `${checked} checked, ${fewer} fewer`);
    });
  }
});
