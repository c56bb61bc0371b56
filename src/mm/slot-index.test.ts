import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import { Random } from '../machine/random.js';
import type { Steps } from '../machine/steps.js';
import { Epochs } from './epochs.js';
import { SlotIndex } from './slot-index.js';
import { slotState } from './slot-tree.js';
import { vma as record, vmaFlag } from './vma.js';

/** Three levels of nodes of four slots, the last of which are not all there. */
const pages = 50;
const retiredKept = 2;

/** An index beside an array of the VMA that each page should lead to. */
class Twin {
  readonly index: SlotIndex;
  readonly epochs: Epochs;
  readonly machine: Interleaver;
  readonly expected = new Int32Array(pages);

  constructor() {
    const layout = new Layout();
    this.epochs = new Epochs(layout, 2);
    this.index = new SlotIndex(layout, {
      vmas: 40,
      epochs: this.epochs,
      threads: 2,
      members: 1,
      retiredKept,
      pages,
      nodeBits: 2,
      nodeLock: undefined,
    });
    this.machine = new Interleaver({ threads: 2, words: layout.words });
    this.epochs.initialise(this.machine.memory);
    this.index.slots.initialise(this.machine.memory);
  }

  one(program: (cpu: Cpu) => Steps | Steps<number>): number {
    return this.machine.run([program])[0] ?? 0;
  }

  add(start: number, end: number): number {
    const { index, machine } = this;
    const made = this.one(function* (cpu): Steps<number> {
      assert.equal(yield index.hasRoom(cpu, 1), 1);
      const vma = yield index.take(cpu);
      machine.memory.set(vma + record.start, start);
      machine.memory.set(vma + record.end, end);
      machine.memory.set(vma + record.flags, vmaFlag.attached);
      yield index.add(cpu, vma);
      return vma;
    });
    this.expected.fill(made, start, end);
    return made;
  }

  drop(vma: number): void {
    const { index } = this;
    this.one(function* (cpu): Steps {
      yield index.drop(cpu, vma);
      yield index.retire(cpu, vma);
      yield index.settle(cpu);
    });
    for (const [page, mapped] of this.expected.entries()) {
      if (mapped === vma) this.expected[page] = 0;
    }
  }

  /** The extents of the array that lie in [start, end). */
  extents(start = 0, end = pages): { vma: number; start: number; end: number }[] {
    const found: { vma: number; start: number; end: number }[] = [];
    for (let page = start; page < end; page++) {
      const vma = this.expected[page] ?? 0;
      const last = found.at(-1);
      if (vma !== 0 && last?.vma === vma && last.end === page) last.end++;
      else if (vma !== 0) found.push({ vma, start: page, end: page + 1 });
    }
    return found;
  }

  check(): void {
    const { index, machine } = this;
    const { memory } = machine;
    assert.deepEqual(index.check(memory, 'it'), []);
    assert.deepEqual(index.extents(memory), this.extents());
    for (const [page, vma] of this.expected.entries()) {
      assert.equal(index.find(memory, page), vma);
      assert.equal(
        this.one((cpu) => index.lookup(cpu, page)),
        vma,
      );
    }
    assert.equal(index.inUse(memory), new Set(this.expected.filter((vma) => vma !== 0)).size);
  }
}

describe('SlotIndex', () => {
  it('agrees with an array after any changes, and finds what is next and what is free as it does', () => {
    const random = new Random(7);
    const twin = new Twin();
    const { index, machine } = twin;
    for (let round = 0; round < 150; round++) {
      const start = random.below(pages);
      const end = Math.min(pages, start + 1 + random.below(round % 3 === 0 ? 20 : 4));
      const [there] = twin.extents(start, end);
      if (there === undefined) twin.add(start, end);
      else twin.drop(there.vma);
      twin.check();
      const low = random.below(pages);
      const limit = low + 1 + random.below(pages - low);
      const [next] = twin.extents(low, limit);
      const { task } = machine.cpus[0] ?? assert.fail();
      assert.equal(
        twin.one((cpu) => index.next(cpu, low, limit)),
        next?.vma ?? 0,
      );
      if (next !== undefined) assert.deepEqual([task.from, task.to], [next.start, next.end]);
      const wanted = 1 + random.below(6);
      const gap = Array.from({ length: pages }, (_, page) => page).find(
        (page) =>
          page >= low && page + wanted <= limit && twin.extents(page, page + wanted).length === 0,
      );
      assert.equal(
        twin.one((cpu) => index.findGap(cpu, wanted, low, limit)),
        gap ?? -1,
      );
    }
  });

  it('holds a VMA that fills nodes in the slots above them, until a part of it becomes another', () => {
    const twin = new Twin();
    const { memory } = twin.machine;
    const { slots } = twin.index;
    twin.add(16, 32);
    assert.equal(slots.levelOf(memory, 20), 2);
    twin.add(21, 22);
    memory.set((twin.expected[20] ?? 0) + record.pages, 15);
    assert.deepEqual(
      [20, 21, 22, 24].map((page) => slots.levelOf(memory, page)),
      [0, 0, 0, 1],
    );
    twin.check();
  });

  it('gives new bounds to a VMA and the pages that they take in', () => {
    const twin = new Twin();
    const { memory } = twin.machine;
    const vma = twin.add(10, 13);
    memory.set(vma + record.start, 6);
    memory.set(vma + record.end, 20);
    twin.one((cpu) => twin.index.reshape(cpu, vma, 10, 13));
    twin.expected.fill(vma, 6, 20);
    twin.check();
  });

  it('has as neighbour only what lies within the range that is held, without holes', () => {
    const twin = new Twin();
    const { memory } = twin.machine;
    const vma = twin.add(8, 12);
    const neighbour = (start: number, end: number): number =>
      twin.one(function* (cpu): Steps<number> {
        yield twin.index.slots.hold(cpu, start, end);
        return yield twin.index.neighbour(cpu, 11);
      });
    assert.equal(neighbour(8, 20), vma);
    assert.equal(neighbour(9, 20), 0, 'a part is held by others');
    assert.equal(neighbour(12, 20), 0, 'the page is held by others');
    memory.set(vma + record.pages, 3);
    assert.equal(neighbour(8, 20), 0, 'a part is of another VMA');
  });

  it('knows nothing behind its last page', () => {
    const twin = new Twin();
    twin.add(48, 50);
    assert.equal(
      twin.one((cpu) => twin.index.lookup(cpu, 1 << 20)),
      0,
    );
    assert.equal(
      twin.one((cpu) => twin.index.next(cpu, 1 << 20, 1 << 21)),
      0,
    );
  });

  it('keeps the records that a lockless reader may still see', () => {
    const twin = new Twin();
    const freed = (): number => twin.machine.cpus[0]?.task.events.epochFrees ?? 0;
    const churn = (): void => {
      for (let round = 0; round < 6; round++) twin.drop(twin.add(3, 9));
    };
    twin.machine.run([() => idle(), (cpu) => twin.epochs.enter(cpu)]);
    churn();
    assert.equal(freed(), 0);
    twin.machine.run([() => idle(), (cpu) => twin.epochs.exit(cpu)]);
    churn();
    assert.ok(freed() > 6);
    twin.check();
  });

  it('finds what is broken', () => {
    const cases: readonly (readonly [(twin: Twin) => void, RegExp])[] = [
      [
        ({ index, machine }) => set(index, machine, 0, 5, slotState.locked),
        /page 5 .* left locked/,
      ],
      [({ index, machine }) => set(index, machine, 0, 6, slotState.gone), /page 6 .* is gone, but/],
      [({ index, machine }) => set(index, machine, 0, 40, 0), /page 40 .* that is not there/],
      [
        ({ expected, machine }) => machine.memory.set((expected[4] ?? 0) + record.pages, 3),
        /VMA 4-6 counts 3 pages, but 2 lead to it/,
      ],
    ];
    for (const [breaks, expected] of cases) {
      const twin = new Twin();
      twin.add(4, 6);
      breaks(twin);
      assert.match(twin.index.check(twin.machine.memory, 'it').join('\n'), expected);
    }
  });
});

function* idle(): Steps {
  // Does nothing.
}

function set(
  { slots }: SlotIndex,
  { memory }: Interleaver,
  level: number,
  page: number,
  word: number,
): void {
  memory.set(slots.slot(level, page), word);
}
