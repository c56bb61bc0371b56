import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { directCpu } from '../machine/direct-cpu.test-support.js';
import type { Steps } from '../machine/steps.js';
import { Interleaver } from '../machine/interleaver.js';
import type { LockDefinition } from './definition.js';
import { lockBase, machineFor } from './lock-check.test-support.js';
import { MutexAdapter } from './mutex-adapter.js';
import { builtInLocks, type LockTable } from './registry.js';

const directRegistry = (await import(
  new URL('../direct/locks/registry.js', import.meta.url).href
)) as { builtInLocks: LockTable };
const directAdapter = (await import(
  new URL('../direct/locks/mutex-adapter.js', import.meta.url).href
)) as { MutexAdapter: typeof MutexAdapter };

/** A method of a lock, and what it is given besides the CPU. */
interface Call {
  readonly method: string;
  readonly given?: readonly number[];
  /** Given what the call before gave. */
  readonly takesLast?: boolean;
}

/** What one thread can do alone: each method in turn, try-locks that fail included. */
const readWriteScript = [
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

const rangeScript: readonly Call[] = [
  { method: 'acquire', given: [0, 4, 1] },
  { method: 'release', takesLast: true },
  { method: 'acquire', given: [2, 9, 0] },
  { method: 'release', takesLast: true },
];

const sequenceScript: readonly Call[] = [
  { method: 'readBegin' },
  { method: 'readRetry', takesLast: true },
  { method: 'writeBegin' },
  { method: 'tryReadBegin' },
  { method: 'readRetry', takesLast: true },
  { method: 'writeEnd' },
];

interface Run {
  readonly machine: Interleaver;
  readonly trace: string[];
  readonly values: number[];
}

type Methods = Readonly<
  Record<string, ((cpu: unknown, ...given: readonly number[]) => unknown) | undefined>
>;

/** The lock of a definition, with the adapter that belongs to its form. */
const lockOf = (definition: LockDefinition, adapter: typeof MutexAdapter): Methods =>
  (definition.kind === 'mutex'
    ? new adapter(definition.create(lockBase, 2))
    : definition.create(lockBase, 2)) as unknown as Methods;

/** The calls for a lock, with the end of a hold changed where it cannot downgrade, or take it by trying. */
function scriptOf(definition: LockDefinition, lock: Methods): readonly Call[] {
  if (definition.kind === 'range') return rangeScript;
  if (definition.kind === 'sequence') return sequenceScript;
  const methods = readWriteScript.flatMap((method, index) => {
    if (lock['downgrade'] !== undefined) return [method];
    if (method === 'downgrade') return [];
    return [readWriteScript[index - 1] === 'downgrade' ? 'writeUnlock' : method];
  });
  // What a lock cannot try leaves it as it is, so neither is it given back.
  if (lock['tryWriteLock'] === undefined) methods.splice(4, 3);
  return methods.map((method) => ({ method }));
}

function runSteps(definition: LockDefinition): Run {
  const trace: string[] = [];
  const machine = machineFor({
    definition,
    threads: 2,
    seed: 1,
    onStep: (_cpu, operation, value) => {
      trace.push(`${operation.name} ${operation.word} ${value}`);
    },
  });
  const lock = lockOf(definition, MutexAdapter);
  const values: number[] = [];
  machine.run([
    function* (cpu: Cpu): Steps {
      for (const { given = [], method, takesLast } of scriptOf(definition, lock)) {
        const all = takesLast === true ? [values.at(-1) ?? 0] : given;
        const steps = lock[method]?.(cpu, ...all) as Steps<number> | undefined;
        if (steps !== undefined) values.push(yield steps);
      }
    },
  ]);
  return { machine, trace, values };
}

function runDirect(definition: LockDefinition): Run {
  const machine = machineFor({ definition, threads: 2, seed: 1 });
  const trace: string[] = [];
  const cpu = directCpu(machine, (operation, value) => {
    trace.push(`${operation.name} ${operation.word} ${value}`);
  });
  const lock = lockOf(definition, directAdapter.MutexAdapter);
  const values: number[] = [];
  for (const { given = [], method, takesLast } of scriptOf(definition, lock)) {
    const all = takesLast === true ? [values.at(-1) ?? 0] : given;
    if (lock[method] !== undefined)
      values.push((lock[method](cpu, ...all) as number | undefined) ?? 0);
  }
  return { machine, trace, values };
}

describe('the direct form of the built-in locks', () => {
  const steps = [...builtInLocks.values()];
  const direct = [...directRegistry.builtInLocks.values()];

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
      assert.ok(expected.trace.length > 3);
      assert.deepEqual(actual.trace, expected.trace);
      assert.deepEqual(actual.values, expected.values);
      assert.deepEqual(actual.machine.memory.words, expected.machine.memory.words);
      assert.deepEqual(actual.machine.cpus[0]?.count, expected.machine.cpus[0]?.count);
      assert.equal(actual.machine.now, expected.machine.now);
    });
  });
});
