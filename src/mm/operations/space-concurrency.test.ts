import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { Strategy } from '../../strategies/strategy.js';
import { file, heap, lockings, TestWorld, text } from '../test-world.js';
import { TreeIndex } from '../tree-index.js';

/** One random operation on a random small range, wherever VMAs come and go. */
function* anything(world: TestWorld, cpu: Cpu): Steps<number> {
  const { operations, core } = world;
  const { random } = cpu;
  const areas = [
    world.page(heap),
    world.page(file),
    world.page(text),
    core.shape.mapStart,
    core.shape.brkStart,
  ];
  const page = (areas[random.below(5)] as number) + random.below(8);
  const mapped = core.shape.mapStart + random.below(16);
  const pages = 1 + random.below(6);
  switch (random.below(12)) {
    case 0:
      return yield operations.mmap(cpu, pages, random.below(3) === 0 ? text : -1, random.below(2));
    case 1:
      return yield operations.munmap(cpu, mapped, pages);
    case 2:
      return yield operations.mprotect(cpu, page, pages, random.below(2));
    case 3:
      return yield operations.madvise(cpu, page, pages);
    case 4:
      return yield operations.brk(cpu, random.below(9) - 4);
    case 5:
      return yield operations.rmapWalk(cpu, page, pages);
    case 6:
      return yield operations.gup(cpu, page, pages, random.below(2), 100, 0, random.below(3));
    case 7:
      return yield operations.fork(cpu, random.below(2) * 500);
    case 8:
      return yield operations.truncate(cpu, file, random.below(4), 2);
    default:
      return yield operations.fault(cpu, page, random.below(2));
  }
}

function mix(strategy: Partial<Strategy>, threads: number, seeds: number, processes = 1): void {
  for (let seed = 1; seed <= seeds; seed++) {
    const world = new TestWorld({
      threads,
      strategy,
      space: { processes, notifierShare: 0.1, notifierNs: 100 },
      machine: { seed },
    });
    const program = function* (cpu: Cpu): Steps<number> {
      for (let round = 0; round < 12; round++) yield anything(world, cpu);
      return 0;
    };
    world.run(Array.from({ length: threads }, () => program));
    assert.deepEqual(world.faults(), [], `seed ${seed}`);
  }
}

describe('random operations at once leave the world whole', () => {
  for (const faultIo of ['drop', 'wait', 'hold'] as const) {
    it(`with fault_io ${faultIo}`, () => mix({ faultIo }, 3, 60));
  }
  it('with two processes and four threads', () => mix({}, 4, 60, 2));
  it('with a hold limit of two pages', () => mix({ holdLimit: 2 }, 3, 60));
  it('without downgrade, populating inside', () =>
    mix({ unmap: 'hold', populate: 'inside' }, 3, 60));
  it('under a mutex, with mutexes as reverse-map locks', () =>
    mix({ mmapLock: 'mutex', rmapLock: 'mutex' }, 3, 60));
  it('under a lock of the first generation', () => mix({ mmapLock: 'rwsem-fifo' }, 3, 60));
  for (const [name, locking] of lockings) {
    it(`locked as ${name}`, () => mix(locking, 4, 60, 2));
    it(`locked as ${name}, in one process, with fault_io hold and a hold limit`, () =>
      mix({ ...locking, faultIo: 'hold', holdLimit: 2, unmap: 'hold' }, 4, 60));
    it(`locked as ${name}, with fault_io wait`, () => mix({ ...locking, faultIo: 'wait' }, 3, 40));
    if (locking.granularity === 'range') continue;
    it(`locked as ${name} under a mutex`, () =>
      mix({ ...locking, mmapLock: 'mutex', unmap: 'hold' }, 3, 40));
  }
});

describe('a fault and munmap of the same page', () => {
  it('end with the page gone, whichever comes first', () => {
    const seen = new Set<number>();
    for (let seed = 1; seed <= 40; seed++) {
      const [, strategy] = lockings[seed % lockings.length] ?? [];
      const world = new TestWorld({ machine: { seed }, ...(strategy && { strategy }) });
      const start = world.one((cpu) => world.operations.mmap(cpu, 2, -1, 0));
      const [result, unmapped] = world.run([
        (cpu) => world.operations.fault(cpu, start, 1),
        (cpu) => world.operations.munmap(cpu, start, 2),
      ]);
      seen.add(result as number);
      assert.equal(unmapped, 2);
      assert.deepEqual(world.faults(), [], `seed ${seed}`);
    }
    assert.deepEqual([...seen].sort(), [0, 2], 'both orders were met');
  });
});

describe('what a thread has mapped', () => {
  /** Maps, and finds its pages still there: no one else's munmap may take them. */
  const own = (world: TestWorld) =>
    function* (cpu: Cpu): Steps<number> {
      let lost = 0;
      for (let round = 0; round < 6; round++) {
        const start = yield world.operations.mmap(cpu, 3, -1, 1);
        for (let page = start; page < start + 3; page++) {
          lost += (yield world.operations.fault(cpu, page, 1)) === 1 ? 0 : 1;
        }
        yield world.operations.munmap(cpu, start, 3);
      }
      return lost;
    };

  const staysOwn = (strategy: Partial<Strategy>): void => {
    for (let seed = 1; seed <= 40; seed++) {
      const world = new TestWorld({ threads: 3, strategy, machine: { seed } });
      assert.deepEqual(world.run([own(world), own(world), own(world)]), [0, 0, 0]);
      assert.deepEqual(world.faults(), [], `seed ${seed}`);
    }
  };
  for (const unmap of ['hold', 'downgrade'] as const) {
    for (const holdLimit of [0, 2]) {
      it(`stays whatever others unmap (unmap ${unmap}, hold_limit ${holdLimit})`, () =>
        staysOwn({ unmap, holdLimit }));
    }
  }
  for (const [name, locking] of lockings) {
    it(`stays whatever others unmap (${name})`, () => staysOwn(locking));
  }
});

describe('lockless readers', () => {
  it('keep what they may still see, until they leave', () => {
    const world = new TestWorld();
    const space = world.core.spaces[0];
    assert.ok(space?.index instanceof TreeIndex);
    const { nodes } = space.index;
    const freed = (): number =>
      world.machine.cpus.reduce((sum, cpu) => sum + cpu.task.events.epochFrees, 0);
    const churn = function* (cpu: Cpu): Steps<number> {
      for (let round = 0; round < 30; round++) {
        const start = yield world.operations.mmap(cpu, 2, -1, 0);
        yield world.operations.munmap(cpu, start, 2);
      }
      return 0;
    };
    world.run([churn, (cpu) => space.epochs.enter(cpu)]);
    const before = freed();
    const kept = nodes.retired(world.memory);
    world.run([churn]);
    assert.equal(freed(), before, 'nothing is freed under a reader');
    assert.ok(nodes.retired(world.memory) > kept);
    assert.match(world.faults().join('\n'), /thread 1 never left its lockless read/);
    world.run([function* () {}, (cpu) => space.epochs.exit(cpu)]);
    world.run([churn]);
    assert.ok(freed() > before);
    assert.deepEqual(world.faults(), []);
  });
});
