import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { lockClassIndex } from '../machine/lock-class.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from '../mm/address-space.js';
import { anonRegion, file, fileRegion, heap, TestWorld } from '../mm/test-world.js';
import type { Granularity, Strategy } from './strategy.js';
import { vmaCounters } from './vma-counters.js';

/** Longer than any operation of these tests takes. */
const long = 100_000;

const worldOf = (granularity: Granularity, more: Partial<Strategy> = {}, seed = 1): TestWorld =>
  new TestWorld({ strategy: { granularity, ...more }, machine: { seed } });

const spaceOf = (world: TestWorld): AddressSpace => world.core.spaces[0] as AddressSpace;

const counted = (world: TestWorld, name: 'retries' | 'fallbacks'): number =>
  world.machine.cpus.reduce((sum, { task }) => sum + vmaCounters(task)[name], 0);

const mmapLock = lockClassIndex('mmap_lock');
const acquisitions = (world: TestWorld): number =>
  world.machine.cpus.reduce(
    (sum, { task }) => sum + (task.counters[mmapLock]?.acquisitions ?? 0),
    0,
  );

/** A fault's end in ns, while another thread changes the address space from the start until `long`. */
function faultDuringChange(world: TestWorld, page: number, isolated: readonly number[]): number {
  const space = spaceOf(world);
  const change = function* (cpu: Cpu): Steps<number> {
    yield space.locking.beginChange(cpu, 0, world.core.shape.pages, 1);
    for (const at of isolated) {
      yield space.locking.isolate(cpu, yield space.index.lookup(cpu, at));
    }
    yield cpu.sleep(long);
    yield space.locking.endChange(cpu);
    return 0;
  };
  const fault = function* (cpu: Cpu): Steps<number> {
    yield cpu.sleep(long / 10);
    assert.equal(yield world.operations.fault(cpu, page, 1), 0);
    return yield cpu.now();
  };
  const [, ended] = world.run([change, fault]);
  assert.deepEqual(world.faults(), []);
  return ended as number;
}

describe('a fault while another VMA changes', () => {
  for (const granularity of ['vma-seq', 'vma-ref', 'speculative-vma', 'rcu'] as const) {
    it(`does not wait (${granularity})`, () => {
      const world = worldOf(granularity);
      const page = world.page(heap);
      assert.ok(faultDuringChange(world, page, [page + 4]) < long);
      assert.equal(counted(world, 'fallbacks'), 0);
    });
  }
  for (const granularity of ['whole', 'vma-rwsem', 'speculative-mm'] as const) {
    it(`waits (${granularity})`, () => {
      const world = worldOf(granularity);
      assert.ok(faultDuringChange(world, world.page(heap), [world.page(heap) + 4]) > long);
    });
  }
});

describe('a fault while its own VMA changes', () => {
  for (const granularity of ['vma-seq', 'vma-ref', 'speculative-vma', 'speculative-mm'] as const) {
    it(`takes mmap_lock and waits (${granularity})`, () => {
      const world = worldOf(granularity);
      const page = world.page(heap);
      assert.ok(faultDuringChange(world, page, [page]) > long);
      assert.equal(counted(world, 'fallbacks'), 1);
    });
  }
  it('goes on under RCU, as long as the VMA is as it was', () => {
    const world = worldOf('rcu');
    const page = world.page(heap);
    assert.ok(faultDuringChange(world, page, [page]) < long);
  });
});

describe('a change while a fault of the VMA waits for I/O without dropping its lock', () => {
  const changed = (granularity: Granularity): number => {
    const regions = [anonRegion, { ...fileRegion, resident: 0, ioNs: long }];
    const world = new TestWorld({ strategy: { granularity, faultIo: 'hold' }, space: { regions } });
    const space = spaceOf(world);
    const page = world.page(file);
    const fault = (cpu: Cpu): Steps<number> => world.operations.fault(cpu, page, 0);
    const isolate = function* (cpu: Cpu): Steps<number> {
      // The page is being read by then.
      yield cpu.sleep(long / 10);
      yield space.locking.beginChange(cpu, 0, world.core.shape.pages, 1);
      const locked = yield cpu.now();
      yield space.locking.isolate(cpu, yield space.index.lookup(cpu, page));
      const waited = (yield cpu.now()) - locked;
      yield space.locking.endChange(cpu);
      return waited;
    };
    const [, waited] = world.run([fault, isolate]);
    assert.deepEqual(world.faults(), []);
    return waited as number;
  };
  for (const granularity of ['vma-rwsem', 'vma-seq', 'vma-ref'] as const) {
    it(`waits for it (${granularity})`, () => {
      assert.ok(changed(granularity) > long / 2);
    });
  }
});

describe('what is counted', () => {
  it('no fault of a VMA at rest takes mmap_lock, or writes anything of it', () => {
    for (const granularity of [
      'vma-seq',
      'vma-ref',
      'speculative-vma',
      'speculative-mm',
      'rcu',
    ] as const) {
      const world = worldOf(granularity);
      const touch = function* (cpu: Cpu): Steps<number> {
        const first = world.page(heap) + 4 * cpu.id;
        for (let page = first; page < first + 4; page++) yield world.operations.fault(cpu, page, 1);
        return 0;
      };
      world.run([touch, touch]);
      assert.equal(acquisitions(world), 0, granularity);
      assert.equal(counted(world, 'fallbacks'), 0, granularity);
    }
  });

  it('the first write to a new mapping takes mmap_lock, for its anon_vma', () => {
    for (const granularity of ['vma-rwsem', 'vma-seq', 'speculative-vma', 'rcu'] as const) {
      const world = worldOf(granularity);
      const start = world.one((cpu) => world.operations.mmap(cpu, 2, -1, 0));
      world.one((cpu) => world.operations.fault(cpu, start, 1));
      assert.equal(counted(world, 'fallbacks'), 1, granularity);
      world.one((cpu) => world.operations.fault(cpu, start + 1, 1));
      assert.equal(counted(world, 'fallbacks'), 1, granularity);
    }
  });

  /** Guesses found stale while the other heap VMA, or the fault's own, is protected again and again. */
  const retries = (granularity: Granularity, own: boolean): number => {
    let found = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const world = worldOf(granularity, {}, seed);
      const page = world.page(heap);
      const touch = function* (cpu: Cpu): Steps<number> {
        for (let round = 0; round < 4; round++) {
          for (let at = page; at < page + 4; at++) yield world.operations.fault(cpu, at, 0);
          yield world.operations.madvise(cpu, page, 4);
        }
        return 0;
      };
      const protect = function* (cpu: Cpu): Steps<number> {
        for (let round = 0; round < 8; round++) {
          yield world.operations.mprotect(cpu, own ? page : page + 4, 4, round % 2);
        }
        return 0;
      };
      world.run([touch, protect]);
      assert.deepEqual(world.faults(), []);
      found += counted(world, 'retries');
    }
    return found;
  };

  it('guesses that turned out stale: of the own VMA', () => {
    for (const granularity of ['speculative-vma', 'speculative-mm', 'rcu'] as const) {
      assert.ok(retries(granularity, true) > 0, granularity);
    }
  });

  it('of any VMA only where the process has one sequence count', () => {
    assert.ok(retries('speculative-mm', false) > 0);
    assert.equal(retries('speculative-vma', false), 0);
    assert.equal(retries('rcu', false), 0);
  });
});
