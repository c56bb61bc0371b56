import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AddressSpace } from './address-space.js';
import { frameRecord } from './frame.js';
import { entryFrame } from './page-entry.js';
import { heap, TestWorld } from './test-world.js';
import { node } from './tree-node.js';
import { vma as record } from './vma.js';

interface Broken {
  readonly world: TestWorld;
  readonly space: AddressSpace;
  readonly page: number;
  readonly frame: number;
  readonly vma: number;
}

/** A world with one page present, in which something is then damaged. */
function prepared(): Broken {
  const world = new TestWorld();
  const page = world.page(heap);
  world.one((cpu) => world.operations.fault(cpu, page, 1));
  const space = world.core.spaces[0] as AddressSpace;
  return {
    world,
    space,
    page,
    frame: world.memory.get(space.table.entry(page)) & entryFrame,
    vma: space.index.find(world.memory, page),
  };
}

/** What is damaged, and what must be said of it. */
const damages: ReadonlyArray<
  readonly [name: string, damage: (broken: Broken) => void, sentence: RegExp]
> = [
  [
    'a lost frame',
    ({ world, space, page }) => world.memory.set(space.table.entry(page), 0),
    /frame \d+.*1 references/,
  ],
  [
    'a page without a VMA',
    ({ world, space, page, frame }) => space.table.installPlain(world.memory, page - 1, frame),
    /process 0: page 511 maps frame \d+, but no VMA/,
  ],
  [
    'a frame mapped twice',
    ({ world, space, page, frame }) => space.table.installPlain(world.memory, page + 1, frame),
    /frame \d+/,
  ],
  [
    'a reference too many',
    ({ world, frame }) =>
      world.memory.set(world.core.frames.record(frame) + frameRecord.references, 2),
    /frame \d+.*2 references/,
  ],
  [
    'a mapping too many',
    ({ world, frame }) =>
      world.memory.set(world.core.frames.record(frame) + frameRecord.mappings, 2),
    /frame \d+.*2 mappings/,
  ],
  [
    'an entry more writable than its VMA',
    ({ world, vma }) => world.memory.set(vma + record.flags, 1),
    /page 512 maps frame \d+ for writing, but its VMA is read-only/,
  ],
  [
    'a wrong count of entries',
    ({ world, space, page }) => world.memory.set(space.table.count(page), 5),
    /counts 5 entries and has 1/,
  ],
  [
    'a page-table lock left locked',
    ({ world, space, page }) => world.memory.set(space.table.lockWord(page), 1),
    /thread 0 left the lock of page 512 locked/,
  ],
  [
    'overlapping VMAs',
    ({ world, vma }) => world.memory.set(vma + record.end, 518),
    /overlaps the one before, which ends at 518/,
  ],
  [
    'a wrong gap',
    ({ world, space }) => world.memory.set(world.memory.get(space.index.word) + node.gap, 1),
    /largest gap is 1/,
  ],
  [
    'a detached VMA in the index',
    ({ world, vma }) => world.memory.set(vma + record.flags, 2),
    /is in the index, but detached/,
  ],
];

describe('the check after a trial', () => {
  it('finds nothing in a whole world', () => {
    assert.deepEqual(prepared().world.faults(), []);
  });

  for (const [name, damage, sentence] of damages) {
    it(`finds ${name}`, () => {
      const broken = prepared();
      damage(broken);
      assert.match(broken.world.faults().join('\n'), sentence);
    });
  }

  it('finds that a fault forgot the reference of its entry', () => {
    const { world, page } = prepared();
    const { frames } = world.core;
    // As if `put` dropped two references where one was held.
    const put = frames.put.bind(frames);
    frames.put = (cpu, frame, count) => put(cpu, frame, count + 1);
    world.one((cpu) => world.operations.madvise(cpu, page, 1));
    assert.match(world.faults().join('\n'), /frame \d+/);
  });
});
