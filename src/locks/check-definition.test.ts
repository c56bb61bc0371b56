import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkDefinition } from './check-definition.js';
import type { LockDefinition } from './definition.js';
import { builtInLocks, type LockTable } from './registry.js';

const directRegistry = (await import(
  new URL('../direct/locks/registry.js', import.meta.url).href
)) as { builtInLocks: LockTable };

const ticket = builtInLocks.get('ticket') as LockDefinition;

function problemsOf(value: unknown, form: 'steps' | 'direct' = 'steps'): readonly string[] {
  const checked = checkDefinition(value, form);
  return checked.ok ? [] : checked.problems;
}

describe('checkDefinition', () => {
  it('finds nothing wrong with the built-in locks, which have the form of a user’s', () => {
    for (const [form, locks] of [
      ['steps', builtInLocks],
      ['direct', directRegistry.builtInLocks],
    ] as const) {
      for (const definition of locks.values()) {
        assert.deepEqual(problemsOf(definition, form), [], `${definition.name}, ${form}`);
      }
    }
  });

  it('gives the value that it was given', () => {
    const checked = checkDefinition(ticket, 'steps');
    assert.ok(checked.ok);
    assert.equal(checked.definition, ticket);
  });

  it('asks for generators only where steps are asked for', () => {
    const direct = directRegistry.builtInLocks.get('ticket');
    assert.equal(problemsOf(direct, 'steps').length, 3);
    assert.deepEqual(problemsOf(direct, 'direct'), []);
  });

  it('tells all that is wrong with the fields at once', () => {
    const problems = problemsOf({
      name: '',
      kind: 'spin',
      sleeps: 1,
      spins: 'no',
      about: 7,
      on: 1,
    });
    assert.deepEqual(
      problems.map((problem) => problem.split(' ')[0]),
      ['name', 'kind', 'sleeps', 'fair', 'spins', 'about', 'words', 'create', 'on'],
    );
  });

  it('tries more than one number of threads, and stops at the first that shows a fault', () => {
    assert.deepEqual(
      problemsOf({ ...ticket, words: (threads: number) => 16 * (threads < 2 ? 1 : -1) }),
      ['words(2) gives -16: it must give how many 32-bit words the lock takes, at least 1'],
    );
    const problems = problemsOf({ ...ticket, idle: (threads: number) => [[threads * 8, 0]] });
    assert.deepEqual(problems, [
      'idle(2) gives [16,0]: it must be [offset, value], offset from 0 to 15, value a signed 32-bit integer',
    ]);
  });

  it('refuses what is no definition at all', () => {
    for (const value of [undefined, null, 5, 'ticket', () => ticket]) {
      assert.match(problemsOf(value)[0] ?? '', /^has no default export that is a lock/);
    }
  });
});
