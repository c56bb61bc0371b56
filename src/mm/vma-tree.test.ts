import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import { node, nodeEntries } from './tree-node.js';
import { VmaTree } from './vma-tree.js';

const span = 400;
const nodes = 5000;

interface Mapped {
  start: number;
  end: number;
  vma: number;
}

/** The tree under test beside a plain array of what it should hold. */
class Twin {
  readonly tree: VmaTree;
  readonly machine: Interleaver;
  model: Mapped[] = [];
  #next = 1;

  constructor() {
    const layout = new Layout();
    this.tree = new VmaTree(layout, nodes);
    this.machine = new Interleaver({ threads: 1, words: layout.words });
  }

  get memory(): Memory {
    return this.machine.memory;
  }

  insert(start: number, pages: number): void {
    const end = start + pages;
    if (this.model.some((other) => other.start < end && start < other.end)) return;
    const vma = this.#next++;
    this.machine.run([(cpu) => this.tree.insert(cpu, start, end, vma, 1)]);
    this.model = [...this.model, { start, end, vma }].sort((a, b) => a.start - b.start);
  }

  remove(index: number): void {
    const victim = this.model[index % this.model.length];
    if (victim === undefined) return;
    this.machine.run([(cpu) => this.tree.remove(cpu, victim.start, 1)]);
    this.model = this.model.filter((other) => other !== victim);
  }

  shrink(index: number): void {
    const victim = this.model[index % this.model.length];
    if (victim === undefined || victim.end - victim.start < 3) return;
    const { start, end } = victim;
    this.machine.run([(cpu) => this.tree.resize(cpu, start, start + 1, end - 1, 1)]);
    victim.start++;
    victim.end--;
  }

  gap(pages: number, low: number): number {
    let from = low;
    for (const { start, end } of this.model) {
      if (start - from >= pages) break;
      from = Math.max(from, end);
    }
    return from + pages <= span ? from : -1;
  }

  check(): void {
    const { tree, memory } = this;
    for (let page = 0; page < span; page++) {
      const at = this.model.find(({ start, end }) => start <= page && page < end);
      const next = this.model.find(({ end }) => end > page);
      assert.equal(tree.find(memory, page), at?.vma ?? 0, `VMA of page ${page}`);
      assert.equal(tree.findNext(memory, page), next?.vma ?? 0, `first VMA after ${page}`);
    }
    for (const pages of [1, 2, 5, 20]) {
      for (const low of [0, 50, 333]) {
        const [found] = this.machine.run([(cpu) => tree.findGap(cpu, pages, low, span)]);
        assert.equal(found, this.gap(pages, low), `gap of ${pages} pages from ${low}`);
      }
    }
    const inTree = countNodes(memory, memory.get(tree.root));
    const taken = nodes - tree.nodes.available(memory);
    assert.equal(taken - tree.nodes.retired(memory), inTree, 'no node is lost');
  }
}

function countNodes(memory: Memory, root: number): number {
  if (root === 0) return 0;
  if (memory.get(root + node.level) === 0) return 1;
  let count = 1;
  for (let index = 0; index < memory.get(root + node.count); index++) {
    count += countNodes(memory, memory.get(root + node.pointers + index));
  }
  return count;
}

test('the tree agrees with an array after any changes', () => {
  const change = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(fc.constant('insert'), fc.nat(span - 9), fc.integer({ min: 1, max: 8 })),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constant('remove'), fc.nat(span), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('shrink'), fc.nat(span), fc.constant(0)) },
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 150, size: 'max' }), (changes) => {
      const twin = new Twin();
      for (const [what, at, pages] of changes) {
        if (what === 'insert') twin.insert(at, pages);
        else if (what === 'remove') twin.remove(at);
        else twin.shrink(at);
        // Nobody reads while nothing runs, so all that was retired can go.
        twin.tree.nodes.release(twin.memory, 2);
      }
      twin.check();
    }),
    { numRuns: 60 },
  );
});

test('a tree of three levels is built up and taken down to nothing', () => {
  const twin = new Twin();
  for (let page = 0; page < span; page++) twin.insert((page * 171) % span, 1);
  twin.check();
  assert.equal(twin.memory.get(twin.memory.get(twin.tree.root) + node.level), 2);
  twin.tree.nodes.release(twin.memory, 2);
  for (let index = 0; index < 390; index++) twin.remove(index * 7);
  twin.tree.nodes.release(twin.memory, 2);
  twin.check();
  while (twin.model.length > 0) twin.remove(0);
  twin.check();
  assert.equal(twin.memory.get(twin.tree.root), 0);
});

test('a published root never changes, whatever is done to the tree afterwards', () => {
  const twin = new Twin();
  for (let page = 0; page < 3 * nodeEntries; page++) twin.insert(page * 4, 2);
  const { memory, tree } = twin;
  const root = memory.get(tree.root);
  const words = (at: number): number[] => {
    const own = [...Array(node.pointers + nodeEntries).keys()]
      .filter((word) => word !== node.next && word !== node.stamp)
      .map((word) => memory.get(at + word));
    if (memory.get(at + node.level) === 0) return own;
    const children = [...Array(memory.get(at + node.count)).keys()];
    return own.concat(children.flatMap((index) => words(memory.get(at + node.pointers + index))));
  };
  const before = words(root);
  for (let index = 0; index < 30; index++) twin.remove(index * 5);
  for (let page = 0; page < 10; page++) twin.insert(page * 4 + 200, 2);
  twin.shrink(3);
  assert.deepEqual(words(root), before);
});
