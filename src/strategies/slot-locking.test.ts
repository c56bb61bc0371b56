import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { AddressSpace } from '../mm/address-space.js';
import { anonRegion, file, fileRegion, heap, TestWorld } from '../mm/test-world.js';
import { vma as record } from '../mm/vma.js';
import type { RegionPlan } from '../workload/plan.js';

/** Longer than any operation of these tests takes. */
const long = 100_000;

const granularities = ['radix', 'corten'] as const;
type Granularity = (typeof granularities)[number];

const worldOf = (
  granularity: Granularity,
  threads = 2,
  seed = 1,
  regions?: readonly RegionPlan[],
): TestWorld =>
  new TestWorld({
    threads,
    ...(regions && { space: { regions } }),
    strategy: { granularity, mmapLock: 'mutex-nospin', unmap: 'hold' },
    machine: { seed },
  });

const spaceOf = (world: TestWorld): AddressSpace => world.core.spaces[0] as AddressSpace;

/** When an operation of thread 1 ends that begins while thread 0 keeps a change of the mappings of a range until `long`. */
function endsBeside(
  world: TestWorld,
  [start, end]: readonly [number, number],
  operation: (cpu: Cpu) => Steps<number>,
): number {
  const { locking } = spaceOf(world);
  const change = function* (cpu: Cpu): Steps<number> {
    yield locking.beginChange(cpu, start, end, 1);
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

for (const granularity of granularities) {
  describe(`${granularity}: beside a change of the mappings of other pages`, () => {
    const beside = (
      range: (world: TestWorld) => readonly [number, number],
      operation: (world: TestWorld, cpu: Cpu) => Steps<number>,
    ): number => {
      const world = worldOf(granularity);
      return endsBeside(world, range(world), (cpu) => operation(world, cpu));
    };
    const upper = (world: TestWorld): readonly [number, number] => [
      world.page(heap) + 4,
      world.page(heap) + 8,
    ];

    it('a fault, munmap and mprotect go on', () => {
      assert.ok(beside(upper, (w, cpu) => w.operations.fault(cpu, w.page(heap), 1)) < long);
      assert.ok(beside(upper, (w, cpu) => w.operations.munmap(cpu, w.page(heap), 2)) < long);
      assert.ok(beside(upper, (w, cpu) => w.operations.mprotect(cpu, w.page(heap), 3, 0)) < long);
    });

    it('they wait for those pages themselves', () => {
      assert.ok(beside(upper, (w, cpu) => w.operations.fault(cpu, w.page(heap) + 4, 1)) > long);
      assert.ok(beside(upper, (w, cpu) => w.operations.munmap(cpu, w.page(heap), 8)) > long);
    });

    it('mmap finds another place, and waits if there is none', () => {
      const low = (w: TestWorld): readonly [number, number] => {
        const { mapStart } = w.core.shape;
        return [mapStart, mapStart + 4];
      };
      assert.ok(beside(low, (w, cpu) => w.operations.mmap(cpu, 4, -1, 0)) < long);
      const all = ({ core }: TestWorld): readonly [number, number] => [
        core.shape.mapStart,
        core.shape.mapEnd,
      ];
      let start = -1;
      const ended = beside(all, function* (world, cpu) {
        start = yield world.operations.mmap(cpu, 16, -1, 0);
        return 0;
      });
      assert.ok(ended > long);
      assert.ok(start >= 0);
    });

    it('the heap grows while its pages are faulted in', () => {
      const world = worldOf(granularity);
      const { brkStart } = world.core.shape;
      world.one((cpu) => world.operations.brk(cpu, 16));
      const grow = (cpu: Cpu): Steps<number> => world.operations.brk(cpu, 4);
      assert.ok(endsBeside(world, [brkStart, brkStart + 4], grow) < long);
    });
  });

  describe(`${granularity}: a part of a VMA`, () => {
    it('becomes a VMA of its own, and the rest stays what it was', () => {
      const world = worldOf(granularity);
      const { index } = spaceOf(world);
      const page = world.page(heap);
      const whole = index.find(world.memory, page);
      world.one((cpu) => world.operations.mprotect(cpu, page + 1, 2, 0));
      const part = index.find(world.memory, page + 1);
      assert.notEqual(part, whole);
      assert.deepEqual(
        [page, page + 2, page + 3].map((at) => index.find(world.memory, at)),
        [whole, part, whole],
      );
      assert.equal(world.memory.get(whole + record.pages), 2);
      assert.deepEqual(
        [record.start, record.end].map((word) => world.memory.get(part + word)),
        [page + 1, page + 3],
      );
      assert.deepEqual(world.faults(), []);
    });

    it('takes the record with it if it is the last, whoever takes which part', () => {
      for (let seed = 1; seed <= 30; seed++) {
        const world = worldOf(granularity, 2, seed);
        const { index } = spaceOf(world);
        const page = world.page(heap);
        const before = index.inUse(world.memory);
        world.one((cpu) => world.operations.fault(cpu, page, 1));
        const take = (at: number) =>
          function* (cpu: Cpu): Steps<number> {
            yield world.operations.mprotect(cpu, at, 1, 0);
            return yield world.operations.munmap(cpu, at, 2);
          };
        assert.deepEqual(world.run([take(page), take(page + 2)]), [2, 2]);
        assert.equal(index.inUse(world.memory), before - 1);
        assert.deepEqual(world.faults(), [], `seed ${seed}`);
      }
    });

    it('is carved out while a fault gives the rest its anon_vma, or shares that', () => {
      // Between the look at the anon_vma and the joining of it, i_mmap is taken; regions have theirs from the start.
      const regions = [anonRegion, { ...fileRegion, shared: false, resident: 1 }];
      let shared = 0;
      for (let seed = 1; seed <= 60; seed++) {
        const world = worldOf(granularity, 2, seed, regions);
        const { index } = spaceOf(world);
        const page = world.one((cpu) => world.operations.mmap(cpu, 4, file, 0));
        world.run([
          function* (cpu) {
            yield cpu.sleep(cpu.random.below(600));
            return yield world.operations.fault(cpu, page, 1);
          },
          function* (cpu) {
            yield cpu.sleep(cpu.random.below(1200));
            return yield world.operations.mprotect(cpu, page + 2, 2, 0);
          },
        ]);
        const [rest, part] = [page, page + 2].map((at) =>
          world.memory.get(index.find(world.memory, at) + record.anonVma),
        );
        assert.notEqual(rest, 0);
        assert.ok(part === 0 || part === rest);
        if (part === rest) shared++;
        assert.deepEqual(world.faults(), [], `seed ${seed}`);
      }
      assert.ok(shared > 0 && shared < 60, `${shared}: both orders were met`);
    });

    it('must lie within the bounds of its VMA', () => {
      const world = worldOf(granularity);
      const page = world.page(heap);
      world.memory.set(spaceOf(world).index.find(world.memory, page) + record.end, page + 1);
      assert.match(world.faults().join('\n'), /VMA \d+-\d+ is outside of its bounds/);
    });

    it('is found by the reverse map in what it was carved out of, and in what it became', () => {
      const world = worldOf(granularity);
      const page = world.page(heap);
      world.one(function* (cpu) {
        for (let at = page; at < page + 4; at++) yield world.operations.fault(cpu, at, 1);
        yield world.operations.mprotect(cpu, page + 1, 2, 0);
        return 0;
      });
      assert.equal(
        world.one((cpu) => world.operations.rmapWalk(cpu, page, 4)),
        4,
      );
      assert.deepEqual(world.faults(), []);
    });

    it('is joined with a neighbour that lies in the same range', () => {
      const world = worldOf(granularity);
      const { index } = spaceOf(world);
      const { mapStart } = world.core.shape;
      const { operations } = world;
      for (let times = 0; times < 2; times++) world.one((cpu) => operations.mmap(cpu, 4, -1, 0));
      assert.notEqual(index.find(world.memory, mapStart), index.find(world.memory, mapStart + 4));
      world.one((cpu) => operations.mprotect(cpu, mapStart, 8, 0));
      const joined = index.find(world.memory, mapStart);
      assert.notEqual(joined, 0);
      assert.equal(index.find(world.memory, mapStart + 7), joined);
      assert.deepEqual(world.faults(), []);
    });
  });

  describe(`${granularity}: the end of the heap`, () => {
    it('moves by what each of several threads moves it', () => {
      for (let seed = 1; seed <= 30; seed++) {
        const world = worldOf(granularity, 3, seed);
        const { brkStart } = world.core.shape;
        const move = function* (cpu: Cpu): Steps<number> {
          let sum = 0;
          for (let round = 0; round < 4; round++) {
            const grown = 1 + cpu.random.below(5);
            if ((yield world.operations.brk(cpu, grown)) === 0) sum += grown;
            const back = 1 + cpu.random.below(grown);
            if ((yield world.operations.brk(cpu, -back)) === 0) sum -= back;
          }
          return sum;
        };
        const moved = world.run([move, move, move]).reduce((sum, by) => sum + by, 0);
        const end = world.memory.get(spaceOf(world).brk);
        assert.equal(end, brkStart + moved);
        const { index } = spaceOf(world);
        for (let page = brkStart; page < end; page++) {
          assert.notEqual(index.find(world.memory, page), 0, `page ${page} of ${end}`);
        }
        assert.equal(index.find(world.memory, end), 0);
        assert.deepEqual(world.faults(), [], `seed ${seed}`);
      }
    });
  });

  describe(`${granularity}: behind the address space`, () => {
    it('nothing is mapped', () => {
      const world = worldOf(granularity);
      assert.equal(
        world.one((cpu) => world.operations.fault(cpu, 1 << 20, 1)),
        2,
      );
      assert.deepEqual(world.faults(), []);
    });
  });
}
