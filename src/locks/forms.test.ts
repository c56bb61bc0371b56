import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { directCpu } from '../machine/direct-cpu.test-support.js';
import type { Direct, Steps } from '../machine/steps.js';
import { Interleaver } from '../machine/interleaver.js';
import type { ReadWriteLock, SimpleLockDefinition } from './definition.js';
import { lockBase, machineFor, readWriteLock } from './lock-check.test-support.js';
import { MutexAdapter } from './mutex-adapter.js';
import { builtInLocks, type LockTable } from './registry.js';

const directRegistry = (await import(
  new URL('../direct/locks/registry.js', import.meta.url).href
)) as { builtInLocks: LockTable };
const directAdapter = (await import(
  new URL('../direct/locks/mutex-adapter.js', import.meta.url).href
)) as { MutexAdapter: typeof MutexAdapter };

/** What one thread can do alone: each method in turn, try-locks that fail included. */
const script: readonly (keyof ReadWriteLock)[] = [
  'writeLock',
  'writeUnlock',
  'readLock',
  'readUnlock',
  'tryWriteLock',
  'tryReadLock',
  'writeUnlock',
  'tryReadLock',
  'tryWriteLock',
  'readUnlock',
  'writeLock',
  'downgrade',
  'readUnlock',
  'writeLock',
  'writeUnlock',
];

interface Run {
  readonly machine: Interleaver;
  readonly trace: string[];
  readonly values: number[];
}

const simple = (locks: LockTable): SimpleLockDefinition[] =>
  [...locks.values()].filter((definition) => definition.kind !== 'range');

function runSteps(definition: SimpleLockDefinition): Run {
  const trace: string[] = [];
  const machine = machineFor({
    definition,
    threads: 2,
    seed: 1,
    onStep: (_cpu, operation, value) => {
      trace.push(`${operation.name} ${operation.word} ${value}`);
    },
  });
  const lock = readWriteLock(definition, 2);
  const values: number[] = [];
  machine.run([
    function* (cpu: Cpu): Steps {
      for (const method of planFor(lock)) {
        const call = lock[method]?.bind(lock);
        if (call !== undefined) values.push(yield call(cpu));
      }
    },
  ]);
  return { machine, trace, values };
}

function runDirect(definition: SimpleLockDefinition): Run {
  const machine = machineFor({ definition, threads: 2, seed: 1 });
  const trace: string[] = [];
  const cpu = directCpu(machine, (operation, value) => {
    trace.push(`${operation.name} ${operation.word} ${value}`);
  });
  const lock = (definition.kind === 'mutex'
    ? new directAdapter.MutexAdapter(definition.create(lockBase, 2))
    : definition.create(lockBase, 2)) as unknown as Direct<ReadWriteLock>;
  const values: number[] = [];
  for (const method of planFor(lock as unknown as ReadWriteLock)) {
    const call = lock[method]?.bind(lock) as ((on: Direct<Cpu>) => number | undefined) | undefined;
    if (call !== undefined) values.push(call(cpu) ?? 0);
  }
  return { machine, trace, values };
}

/** The script, with the end of a downgraded hold changed where the lock cannot downgrade. */
function planFor(lock: ReadWriteLock): (keyof ReadWriteLock)[] {
  if (lock.downgrade !== undefined) return [...script];
  const at = script.indexOf('downgrade');
  return script.flatMap((method, index) => {
    if (index === at) return [];
    return [index === at + 1 ? 'writeUnlock' : method];
  });
}

describe('the direct form of the built-in locks', () => {
  const steps = simple(builtInLocks);
  const direct = simple(directRegistry.builtInLocks);

  it('has every lock', () => {
    assert.deepEqual(
      direct.map(({ name }) => name),
      steps.map(({ name }) => name),
    );
  });

  steps.forEach((definition, index) => {
    it(`${definition.name} takes the same steps, with the same values, as the steps form`, () => {
      const derived = direct[index];
      assert.ok(derived);
      const expected = runSteps(definition);
      const actual = runDirect(derived);
      assert.ok(expected.trace.length >= script.length - 1);
      assert.deepEqual(actual.trace, expected.trace);
      assert.deepEqual(actual.values, expected.values);
      assert.deepEqual(actual.machine.memory.words, expected.machine.memory.words);
      assert.deepEqual(actual.machine.cpus[0]?.count, expected.machine.cpus[0]?.count);
      assert.equal(actual.machine.now, expected.machine.now);
    });
  });
});
