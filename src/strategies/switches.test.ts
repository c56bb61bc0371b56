import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from '../mm/address-space.js';
import { file, heap, lockings, TestWorld, text } from '../mm/test-world.js';
import type { Strategy } from './strategy.js';

type Body = (world: TestWorld, cpu: Cpu) => Steps<number>;

/** What a thread does that is interrupted. */
const interrupted: Readonly<Record<string, Body>> = {
  'a first write': (world, cpu) => world.operations.fault(cpu, world.page(heap) + 3, 1),
  'a first read': (world, cpu) => world.operations.fault(cpu, world.page(heap) + 3, 0),
  'a private copy of a file page': (world, cpu) =>
    world.operations.fault(cpu, world.page(text) + 3, 0),
  'a fault of a shared file': (world, cpu) => world.operations.fault(cpu, world.page(file) + 3, 1),
};

/** What another one does meanwhile; pages 2 and 3 of each region change. */
const change: Readonly<Record<string, Body>> = {
  *munmap(world, cpu) {
    yield world.operations.munmap(cpu, world.page(heap) + 2, 2);
    yield world.operations.munmap(cpu, world.page(text) + 2, 2);
    return yield world.operations.munmap(cpu, world.page(file) + 2, 2);
  },
  *mprotect(world, cpu) {
    // The whole VMA here, which stays the same record, and a part of one there, which is split off.
    yield world.operations.mprotect(cpu, world.page(heap), 4, 0);
    return yield world.operations.mprotect(cpu, world.page(file) + 2, 2, 0);
  },
  fork: (world, cpu) => world.operations.fork(cpu, 0),
  *reclaim(world, cpu) {
    yield world.operations.rmapWalk(cpu, world.page(heap), 4);
    return yield world.operations.truncate(cpu, file, 2, 2);
  },
};

/** More steps than any of these takes. */
const all = 4_000;
/** As many as a fault takes at most. */
const steps = 90;

/** Lets thread 0 do `first` steps, then thread 1 all of its own, then thread 0 the rest. Who has to wait lets the other go on. */
function run(strategy: Partial<Strategy>, fault: Body, other: Body, first: number): void {
  const schedule = Array.from({ length: first + all }, (_, at) => (at < first ? 0 : 1));
  const world = new TestWorld({ strategy, machine: { schedule } });
  world.run([(cpu) => fault(world, cpu), (cpu) => other(world, cpu)]);
  assert.deepEqual(world.faults(), [], `interrupted after ${first} steps`);
}

describe('a fault that is interrupted at any step by a whole operation', () => {
  // `private` is `whole` in a world of its own.
  for (const [name, locking] of lockings.filter(([each]) => each !== 'private')) {
    for (const [doing, fault] of Object.entries(interrupted)) {
      for (const [meanwhile, other] of Object.entries(change)) {
        it(`${doing} by ${meanwhile} (${name})`, () => {
          for (let first = 0; first < steps; first++) run(locking, fault, other, first);
        });
      }
    }
  }
});

describe('an isolated VMA', () => {
  const write = interrupted['a first write'] as Body;
  for (const granularity of ['vma-rwsem', 'vma-seq', 'vma-ref'] as const) {
    it(`has no fault inside until the change ends, wherever that one was (${granularity})`, () => {
      for (let first = 0; first < steps; first++) {
        const schedule = Array.from({ length: first + all }, (_, at) => (at < first ? 0 : 1));
        const world = new TestWorld({ strategy: { granularity }, machine: { schedule } });
        const page = world.page(heap) + 3;
        const space = world.core.spaces[0] as AddressSpace;
        const change = function* (cpu: Cpu): Steps<number> {
          yield space.locking.beginChange(cpu, 0, world.core.shape.pages, 0);
          yield space.locking.isolate(cpu, yield space.index.lookup(cpu, page));
          const before = yield cpu.load(space.table.entry(page));
          yield cpu.sleep(50_000);
          const after = yield cpu.load(space.table.entry(page));
          yield space.locking.endChange(cpu);
          return before === after ? 1 : 0;
        };
        const [, quiet] = world.run([(cpu) => write(world, cpu), change]);
        assert.equal(quiet, 1, `interrupted after ${first} steps`);
        assert.deepEqual(world.faults(), []);
      }
    });
  }
});
