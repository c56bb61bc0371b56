import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../../machine/cpu.js';
import type { Memory } from '../../machine/memory.js';
import type { AddressSpace } from '../address-space.js';
import { frameRecord } from '../frame.js';
import { entryFrame, entryWritable, zeroFrame } from '../page-entry.js';
import { file, heap, TestWorld, text } from '../test-world.js';
import { eachVma } from '../index-check.js';
import { vma as record } from '../vma.js';

const space = (world: TestWorld): AddressSpace => world.core.spaces[0] as AddressSpace;

const entry = (world: TestWorld, page: number): number =>
  world.memory.get(space(world).table.entry(page));

/** [start, end) of the VMAs at or above a page, relative to it. */
function vmasFrom(world: TestWorld, page: number): number[][] {
  const memory: Memory = world.memory;
  return eachVma(memory, space(world))
    .map((vma) => [memory.get(vma + record.start) - page, memory.get(vma + record.end) - page])
    .filter(([start = -1]) => start >= 0);
}

const whole = (world: TestWorld): void => {
  assert.deepEqual(world.faults(), []);
};

const fault = (world: TestWorld, page: number, write: 0 | 1): number =>
  world.one((cpu) => world.operations.fault(cpu, page, write));

describe('faults', () => {
  it('map a zeroed frame of its own on the first write, once', () => {
    const world = new TestWorld();
    const page = world.page(heap);
    assert.equal(fault(world, page, 1), 0);
    assert.equal(fault(world, page, 1), 1);
    assert.equal(fault(world, page, 0), 1);
    assert.notEqual(entry(world, page) & entryWritable, 0);
    const words = world.core.frames.record(entry(world, page) & entryFrame);
    assert.equal(world.memory.get(words + frameRecord.references), 1);
    whole(world);
  });

  it('map the frame of zeros for a read, and leave it for the first write', () => {
    const world = new TestWorld();
    const page = world.page(heap);
    assert.equal(fault(world, page, 0), 0);
    assert.equal(entry(world, page), zeroFrame);
    assert.equal(fault(world, page, 1), 0);
    assert.notEqual(entry(world, page) & entryFrame, zeroFrame);
    assert.equal(world.machine.cpus[0]?.task.events.copyOnWrite, 1);
    whole(world);
  });

  it('find no VMA outside of regions, nor for a write to text', () => {
    const world = new TestWorld();
    assert.equal(fault(world, 1, 0), 2);
    assert.equal(fault(world, world.page(text) + 1, 1), 2);
    assert.equal(fault(world, world.core.shape.mapStart, 1), 2);
    whole(world);
  });

  it('clear a recycled frame', () => {
    const world = new TestWorld();
    const page = world.page(heap);
    fault(world, page, 1);
    const frame = entry(world, page) & entryFrame;
    world.one(function* (cpu: Cpu) {
      yield cpu.poke(frame, 7, 99);
      return 0;
    });
    world.one((cpu) => world.operations.madvise(cpu, page, 1));
    fault(world, page + 1, 1);
    assert.equal(entry(world, page + 1) & entryFrame, frame, 'frames come back last in, first out');
    const [seen] = world.run([
      function* (cpu: Cpu) {
        return yield cpu.peek(frame, 7);
      },
    ]);
    assert.equal(seen, 0);
  });

  it('drop the lock for I/O and start again, or hold it, as the strategy says', () => {
    for (const faultIo of ['drop', 'wait', 'hold'] as const) {
      const world = new TestWorld({ strategy: { faultIo } });
      const page = world.page(file);
      for (let at = page; at < page + 4; at++) assert.equal(fault(world, at, 0), 0);
      const misses = world.events('majorFaults');
      assert.ok(misses > 0);
      assert.equal(world.events('ioRetries'), faultIo === 'hold' ? 0 : misses);
      whole(world);
    }
  });

  it('run out of memory in order', () => {
    const world = new TestWorld({ space: { frames: 24 } });
    const start = world.one((cpu) => world.operations.mmap(cpu, 40, -1, 0));
    let refused = 0;
    for (let page = start; page < start + 40; page++)
      refused += fault(world, page, 1) === 3 ? 1 : 0;
    assert.ok(refused > 0);
    assert.equal(world.machine.cpus[0]?.task.events.outOfMemory, refused);
    whole(world);
    world.one((cpu) => world.operations.munmap(cpu, start, 40));
    assert.equal(fault(world, world.page(heap), 1), 0);
    whole(world);
  });
});

describe('mmap and munmap', () => {
  it('take the lowest gap, merge anonymous neighbours, split in the middle', () => {
    const world = new TestWorld();
    const { mapStart } = world.core.shape;
    const map = (pages: number): number =>
      world.one((cpu) => world.operations.mmap(cpu, pages, -1, 0));
    const unmap = (at: number, pages: number): number =>
      world.one((cpu) => world.operations.munmap(cpu, mapStart + at, pages));
    assert.equal(map(8), mapStart);
    assert.equal(map(8), mapStart + 8);
    assert.deepEqual(vmasFrom(world, mapStart), [[0, 16]]);
    assert.equal(unmap(4, 4), 4);
    assert.deepEqual(vmasFrom(world, mapStart), [
      [0, 4],
      [8, 16],
    ]);
    assert.equal(map(6), mapStart + 16);
    assert.equal(map(3), mapStart + 4);
    assert.deepEqual(vmasFrom(world, mapStart), [
      [0, 7],
      [8, 22],
    ]);
    assert.equal(map(1), mapStart + 7);
    assert.deepEqual(vmasFrom(world, mapStart), [[0, 22]]);
    assert.equal(unmap(0, 64), 22);
    assert.deepEqual(vmasFrom(world, mapStart), []);
    assert.equal(map(65), -1);
    whole(world);
  });

  it('free the pages of what is unmapped, and only these', () => {
    const world = new TestWorld();
    const start = world.one((cpu) => world.operations.mmap(cpu, 8, -1, 1));
    for (let page = start; page < start + 8; page++) assert.notEqual(entry(world, page), 0);
    world.one((cpu) => world.operations.munmap(cpu, start + 2, 3));
    const present = [...Array(8).keys()].map((page) => (entry(world, start + page) === 0 ? 0 : 1));
    assert.deepEqual(present, [1, 1, 0, 0, 0, 1, 1, 1]);
    whole(world);
  });

  it('populate inside the write lock or after it', () => {
    for (const populate of ['inside', 'after'] as const) {
      const world = new TestWorld({ strategy: { populate } });
      const start = world.one((cpu) => world.operations.mmap(cpu, 5, -1, 1));
      assert.equal(fault(world, start + 4, 1), 1);
      const mapped = world.one((cpu) => world.operations.mmap(cpu, 4, file, 1));
      assert.equal(fault(world, mapped + 3, 0), 1);
      whole(world);
    }
  });

  it('drop and take the lock again at the hold limit', () => {
    const world = new TestWorld({ strategy: { holdLimit: 3 } });
    const breaks = (): number => world.machine.cpus[0]?.task.events.holdBreaks ?? 0;
    const start = world.one((cpu) => world.operations.mmap(cpu, 10, -1, 1));
    assert.equal(breaks(), 3);
    world.one((cpu) => world.operations.mprotect(cpu, start, 10, 0));
    assert.equal(breaks(), 6);
    assert.deepEqual(vmasFrom(world, start), [[0, 10]]);
    world.one((cpu) => world.operations.madvise(cpu, start, 10));
    assert.equal(breaks(), 9);
    assert.equal(
      world.one((cpu) => world.operations.munmap(cpu, start, 10)),
      10,
    );
    assert.equal(breaks(), 12);
    whole(world);
  });
});

describe('mprotect, madvise and brk', () => {
  it('mprotect splits, revokes, and merges again', () => {
    const world = new TestWorld();
    const page = world.page(heap);
    for (let at = 0; at < 8; at++) fault(world, page + at, 1);
    const protect = (at: number, pages: number, writable: 0 | 1): number =>
      world.one((cpu) => world.operations.mprotect(cpu, page + at, pages, writable));
    assert.equal(protect(1, 2, 0), 1);
    assert.deepEqual(vmasFrom(world, page).slice(0, 4), [
      [0, 1],
      [1, 3],
      [3, 4],
      [4, 8],
    ]);
    assert.equal(fault(world, page + 1, 1), 2);
    assert.equal(fault(world, page + 3, 1), 1);
    whole(world);
    assert.equal(protect(0, 8, 0), 3);
    assert.equal(protect(0, 8, 1), 2);
    assert.deepEqual(vmasFrom(world, page).slice(0, 2), [
      [0, 4],
      [4, 8],
    ]);
    const frame = entry(world, page + 1) & entryFrame;
    assert.equal(fault(world, page + 1, 1), 0);
    assert.equal(entry(world, page + 1) & entryFrame, frame, 'a frame of its own is used again');
    whole(world);
  });

  it('madvise drops the pages and leaves the VMA', () => {
    const world = new TestWorld();
    const page = world.page(heap);
    for (let at = 0; at < 6; at++) fault(world, page + at, 1);
    assert.equal(
      world.one((cpu) => world.operations.madvise(cpu, page + 1, 7)),
      5,
    );
    assert.equal(fault(world, page, 1), 1);
    assert.equal(fault(world, page + 5, 1), 0);
    whole(world);
  });

  it('brk grows by merging and shrinks, and is refused beyond its ends', () => {
    const world = new TestWorld();
    const { brkStart } = world.core.shape;
    const brk = (pages: number): number => world.one((cpu) => world.operations.brk(cpu, pages));
    assert.deepEqual([brk(3), brk(4), brk(58)], [0, 0, 1]);
    assert.deepEqual(vmasFrom(world, brkStart), [[0, 7]]);
    assert.equal(fault(world, brkStart + 6, 1), 0);
    assert.deepEqual([brk(-5), brk(-3)], [0, 1]);
    assert.equal(fault(world, brkStart + 6, 1), 2);
    assert.deepEqual([brk(-2), brk(64)], [0, 0]);
    whole(world);
  });
});
