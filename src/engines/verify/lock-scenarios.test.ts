import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInLocks, lockNamed } from '../../locks/registry.js';
import { brokenLocks, rightLocks } from './broken-locks.test-support.js';
import { scenarioLabel, scenariosOf } from './lock-scenarios.js';

const labels = (name: string, threads: number, rounds: number): readonly string[] =>
  scenariosOf(lockNamed(builtInLocks, name), threads, rounds).map(scenarioLabel);

describe('scenariosOf', () => {
  it('mixes readers and writers, up to a renaming of threads', () => {
    assert.deepEqual(labels('rwlock', 3, 1), ['W | W | W', 'W | W | R', 'W | R | R', 'R | R | R']);
  });

  it('tries, downgrades, and comes again where the lock says that it is fair', () => {
    assert.deepEqual(labels('rwsem-fifo', 2, 1), [
      'W | W',
      'W | R',
      'R | R',
      'W | D',
      'R | D',
      'D | D',
      'W | w',
      'R | w',
      'W | r',
      'W | WWW',
      'W | RRR',
      'R | WWW',
    ]);
    assert.deepEqual(labels('mutex', 2, 2), ['WW | WW', 'WW | ww']);
  });

  it('takes ranges that overlap and ranges that do not', () => {
    const definition = [...rightLocks, ...brokenLocks.map(([lock]) => lock)].find(
      ({ kind }) => kind === 'range',
    );
    assert.ok(definition);
    const found = scenariosOf(definition, 2, 1).map(scenarioLabel);
    assert.ok(found.includes('W0-2 | W1-3'));
    assert.ok(found.includes('W0-2 | W2-3'));
    assert.ok(found.includes('R0-2 | R1-3'));
  });
});
