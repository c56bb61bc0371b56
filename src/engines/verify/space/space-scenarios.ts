import type { Cpu } from '../../../machine/cpu.js';
import type { Steps } from '../../../machine/steps.js';
import type { Model } from '../../../mm/model.js';
import type { Scenario } from '../lock-scenarios.js';
import { file, heap, text } from './tiny-world.js';

/** What a thread of a scenario does, by what it is called there. */
type Operation = (model: Model) => (cpu: Cpu) => Steps<number>;

const absent = 0;
const present = 1;

const operations: Readonly<Record<string, Operation>> = {
  'fault heap': (model) => (cpu) => model.operations.fault(cpu, at(model, heap, absent), 1),
  'read heap': (model) => (cpu) => model.operations.fault(cpu, at(model, heap, absent), 0),
  'munmap heap': (model) => (cpu) => model.operations.munmap(cpu, at(model, heap, 0), 2),
  'mprotect heap': (model) => (cpu) => model.operations.mprotect(cpu, at(model, heap, 0), 1, 0),
  'madvise heap': (model) => (cpu) => model.operations.madvise(cpu, at(model, heap, 0), 2),
  mmap: (model) => (cpu) => model.operations.mmap(cpu, 2, -1, 0),
  'gup-fast heap': (model) => (cpu) =>
    model.operations.gupFast(cpu, at(model, heap, present), 1, 0, 0),
  'reclaim heap': (model) => (cpu) => model.operations.rmapWalk(cpu, at(model, heap, present), 1),
  fork: (model) => (cpu) => model.operations.fork(cpu, 0),
  'fault file': (model) => (cpu) => model.operations.fault(cpu, at(model, file, absent), 0),
  'munmap file': (model) => (cpu) => model.operations.munmap(cpu, at(model, file, 0), 2),
  'truncate file': (model) => (cpu) => model.operations.truncate(cpu, file, 0, 2),
  'write file': (model) => (cpu) =>
    model.operations.fileWrite(cpu, file, 1, at(model, heap, absent)),
  'register probe': (model) => (cpu) => model.operations.uprobeRegister(cpu, text, 0, 16),
  'execute text': (model) => (cpu) => model.operations.execText(cpu, at(model, text, 0), 16),
};

/** Operations that meet on one page, one VMA or one lock; one column a thread. */
const pairs: readonly (readonly [string, string])[] = [
  ['fault heap', 'munmap heap'],
  ['fault heap', 'mmap'],
  ['fault heap', 'fault heap'],
  ['fault heap', 'read heap'],
  ['fault heap', 'mprotect heap'],
  ['fault heap', 'madvise heap'],
  ['gup-fast heap', 'munmap heap'],
  ['reclaim heap', 'fork'],
  ['reclaim heap', 'munmap heap'],
  ['register probe', 'execute text'],
  ['fault file', 'munmap file'],
  ['fault file', 'truncate file'],
  ['write file', 'munmap heap'],
  ['write file', 'fault file'],
];

/** Two threads, each with one operation, done so often. */
export const spaceScenarios = (rounds: number): readonly Scenario[] =>
  pairs.map((pair) => ({
    threads: pair.map((name) => Array.from({ length: rounds }, () => name)),
  }));

/** The steps of an action of a scenario. @throws Error if there is no such operation */
export function operationNamed(model: Model, name: string): (cpu: Cpu) => Steps<number> {
  const operation = operations[name];
  if (operation === undefined) throw new Error(`no operation is called ${name}`);
  return operation(model);
}

const at = (model: Model, region: number, page: number): number => model.regionStart(region) + page;
