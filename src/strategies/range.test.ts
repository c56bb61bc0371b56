import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from '../mm/address-space.js';
import { heap, TestWorld } from '../mm/test-world.js';
import type { RangePolicy } from './strategy.js';

/** Longer than any operation of these tests takes. */
const long = 100_000;

const worldOf = (range: RangePolicy): TestWorld =>
  new TestWorld({ strategy: { granularity: 'range', mmapLock: 'range-list', range } });

/** When an operation of thread 1 ends that begins while thread 0 keeps a change of a range until `long`. */
function endsBeside(
  world: TestWorld,
  range: readonly [start: number, end: number, shape: 0 | 1],
  operation: (cpu: Cpu) => Steps<number>,
): number {
  const { locking } = world.core.spaces[0] as AddressSpace;
  const change = function* (cpu: Cpu): Steps<number> {
    yield locking.beginChange(cpu, ...range);
    yield cpu.sleep(long);
    yield locking.endChange(cpu);
    return 0;
  };
  const other = function* (cpu: Cpu): Steps<number> {
    yield cpu.sleep(long / 10);
    yield operation(cpu);
    return yield cpu.now();
  };
  const [, ended] = world.run([change, other]);
  assert.deepEqual(world.faults(), []);
  return ended as number;
}

describe('refined', () => {
  it('a fault goes on beside a change of other pages that leaves the tree alone', () => {
    const world = worldOf('refined');
    const page = world.page(heap);
    const fault = (cpu: Cpu): Steps<number> => world.operations.fault(cpu, page, 1);
    assert.ok(endsBeside(world, [page + 1, page + 4, 0], fault) < long);
    const same = worldOf('refined');
    const again = (cpu: Cpu): Steps<number> => same.operations.fault(cpu, page, 1);
    assert.ok(endsBeside(same, [page, page + 4, 0], again) > long, 'not of its own page');
    const shaped = worldOf('refined');
    const third = (cpu: Cpu): Steps<number> => shaped.operations.fault(cpu, page, 1);
    assert.ok(endsBeside(shaped, [page + 1, page + 4, 1], third) > long, 'not of the tree');
  });

  it('an mprotect of a whole VMA takes only that, and the pages beside it', () => {
    const world = worldOf('refined');
    const page = world.page(heap);
    const whole = (cpu: Cpu): Steps<number> => world.operations.mprotect(cpu, page, 4, 0);
    assert.ok(endsBeside(world, [page + 5, page + 8, 0], whole) < long);
    const part = worldOf('refined');
    const split = (cpu: Cpu): Steps<number> => part.operations.mprotect(cpu, page, 2, 0);
    assert.ok(endsBeside(part, [page + 5, page + 8, 0], split) > long, 'a split changes the tree');
  });

  it('an mprotect that makes a VMA like its neighbour takes everything, and merges them', () => {
    const world = worldOf('refined');
    const { operations } = world;
    const start = world.one((cpu) => operations.mmap(cpu, 4, -1, 0));
    assert.equal(
      world.one((cpu) => operations.mprotect(cpu, start, 2, 0)),
      1,
    );
    const { index } = world.core.spaces[0] as AddressSpace;
    assert.notEqual(index.find(world.memory, start), index.find(world.memory, start + 2));
    assert.equal(
      world.one((cpu) => operations.mprotect(cpu, start, 2, 1)),
      1,
    );
    assert.equal(index.find(world.memory, start), index.find(world.memory, start + 2));
    assert.deepEqual(world.faults(), []);
  });
});

describe('full', () => {
  it('everyone takes everything', () => {
    const world = worldOf('full');
    const page = world.page(heap);
    const fault = (cpu: Cpu): Steps<number> => world.operations.fault(cpu, page, 1);
    assert.ok(endsBeside(world, [page + 5, page + 8, 0], fault) > long);
  });
});
