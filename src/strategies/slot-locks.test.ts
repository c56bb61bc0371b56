import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver, type InterleaverOptions } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition, RangeLock } from '../locks/definition.js';
import { builtInLocks, lockNamed } from '../locks/registry.js';
import { checkSlots } from '../mm/slot-check.js';
import { slotState, SlotTree } from '../mm/slot-tree.js';
import { nodeLocks } from './node-locks.js';
import { slotLocks } from './slot-locks.js';

/** Three levels of nodes of four slots. */
const pages = 64;

interface Fixture {
  readonly machine: Interleaver;
  readonly slots: SlotTree;
  readonly lock: RangeLock;
  /** A word for each page. */
  readonly data: number;
}

type Kind = 'slots' | 'nodes';
const kinds: readonly Kind[] = ['slots', 'nodes'];

function fixture(kind: Kind, options: Partial<InterleaverOptions> & { threads: number }): Fixture {
  const { threads } = options;
  const layout = new Layout();
  const nodeLock = kind === 'nodes' ? lockNamed(builtInLocks, 'mutex-nospin') : undefined;
  const slots = new SlotTree(layout, { pages, threads, nodeBits: 2, nodeLock });
  const definition: RangeDefinition = kind === 'nodes' ? nodeLocks(slots) : slotLocks(slots);
  const base = layout.allocate(definition.words(threads));
  const data = layout.allocate(pages);
  const machine = new Interleaver({ words: layout.words, ...options });
  slots.initialise(machine.memory);
  return { machine, slots, lock: Object.freeze(definition.create(base, threads)), data };
}

/** When thread 1 has locked [start, end), which it begins to while thread 0 keeps what it holds until `long`. */
const long = 100_000;
function lockedBeside(
  kind: Kind,
  held: readonly [number, number],
  [start, end]: readonly [number, number],
): number {
  const { lock, machine, slots } = fixture(kind, { threads: 2 });
  const holder = function* (cpu: Cpu): Steps<number> {
    const handle = yield lock.acquire(cpu, held[0], held[1], 1);
    yield cpu.sleep(long);
    yield lock.release(cpu, handle);
    return 0;
  };
  const other = function* (cpu: Cpu): Steps<number> {
    yield cpu.sleep(long / 10);
    const handle = yield lock.acquire(cpu, start, end, 1);
    const now = yield cpu.now();
    yield lock.release(cpu, handle);
    return now;
  };
  const [, at] = machine.run([holder, other]);
  assert.ok((machine.cpus[1]?.count.sleeps ?? 0) <= 1, 'who waits sleeps until it is woken');
  assert.deepEqual(checkSlots(machine.memory, slots, 'it'), []);
  return at as number;
}

describe('locks of slots and of nodes', () => {
  for (const kind of kinds) {
    it(`keep overlapping ranges apart, while nodes come and go (${kind})`, () => {
      const expanded = new Set<boolean>();
      for (let seed = 1; seed <= 60; seed++) {
        const { data, lock, machine, slots } = fixture(kind, {
          threads: 3,
          seed,
          deviations: { spuriousWake: 0.2, earlyReturn: 0.2 },
        });
        const user = function* (cpu: Cpu): Steps {
          for (let round = 0; round < 12; round++) {
            const start = cpu.random.below(4) === 0 ? 0 : cpu.random.below(pages);
            const span = [2, 8, 64][cpu.random.below(3)] ?? 1;
            const end = Math.min(pages, start + 1 + cpu.random.below(span));
            const handle = yield lock.acquire(cpu, start, end, 1);
            const vma = cpu.random.below(2) * 32 * (1 + cpu.id);
            for (let page = start; page < end; page++) {
              assert.equal(yield cpu.swap(data + page, cpu.id + 1), 0, `page ${page} is held`);
            }
            for (let page = start; page < end;) {
              const level = slots.levelOf(cpu.memory, page);
              assert.ok(slots.covers(level, page, end), 'a slot is wholly held');
              const slot = slots.slot(level, page);
              yield slots.replace(cpu, slot, vma | (cpu.memory.get(slot) & slotState.locked));
              page = slots.after(level, page);
            }
            for (let page = start; page < end; page++) yield cpu.store(data + page, 0);
            expanded.add(cpu.memory.get(slots.slot(2, 0)) === slotState.expanded);
            yield lock.release(cpu, handle);
          }
        };
        machine.run([user, user, user]);
        const broken = checkSlots(machine.memory, slots, 'it').filter(
          (sentence) => !/lead to it/.test(sentence),
        );
        assert.deepEqual(broken, [], `seed ${seed}`);
      }
      assert.equal(expanded.size, 2, 'folded and expanded were met');
    });

    it(`fold what is empty when it is let go as a whole (${kind})`, () => {
      const { lock, machine, slots } = fixture(kind, { threads: 1 });
      const hold = (start: number, end: number, vma: number): void => {
        machine.run([
          function* (cpu): Steps {
            const handle = yield lock.acquire(cpu, start, end, 1);
            for (let page = start; page < end;) {
              const level = slots.levelOf(cpu.memory, page);
              const slot = slots.slot(level, page);
              yield slots.replace(cpu, slot, vma | (cpu.memory.get(slot) & slotState.locked));
              page = slots.after(level, page);
            }
            yield lock.release(cpu, handle);
          },
        ]);
      };
      hold(5, 6, 32);
      assert.equal(slots.levelOf(machine.memory, 5), 0);
      hold(5, 6, 0);
      assert.equal(slots.levelOf(machine.memory, 5), 0, 'others may be in the node');
      hold(0, pages, 0);
      assert.equal(slots.levelOf(machine.memory, 5), 2);
      hold(5, 6, 32);
      hold(0, 5, 0);
      assert.equal(slots.levelOf(machine.memory, 5), 0, 'a part of the node is mapped');
      assert.equal(slots.levelOf(machine.memory, 1), 1, 'what is empty beside it is not');
      assert.deepEqual(
        checkSlots(machine.memory, slots, 'it').filter((text) => !/lead to it/.test(text)),
        [],
      );
    });

    it(`are found to be held if nobody lets go of them (${kind})`, () => {
      const { lock, machine, slots } = fixture(kind, { threads: 1 });
      machine.run([(cpu) => lock.acquire(cpu, 5, 6, 1)]);
      assert.match(
        checkSlots(machine.memory, slots, 'it').join('\n'),
        kind === 'slots'
          ? /^it: the slot of page 5 at level 0 was left locked$/
          : /^mutex-nospin of a node: not free after all threads ended: word 0 holds/,
      );
    });

    it(`wait for who holds a part (${kind})`, () => {
      assert.ok(lockedBeside(kind, [5, 6], [5, 6]) > long);
      assert.ok(lockedBeside(kind, [5, 6], [0, pages]) > long);
      assert.ok(lockedBeside(kind, [0, pages], [5, 6]) > long);
      assert.ok(lockedBeside(kind, [16, 32], [20, 21]) > long, 'in a slot that is folded');
    });

    it(`let disjoint ranges of different nodes go on (${kind})`, () => {
      assert.ok(lockedBeside(kind, [16, 20], [20, 24]) < long);
      assert.ok(lockedBeside(kind, [18, 22], [32, 50]) < long, 'of higher nodes');
    });
  }

  it('let disjoint ranges of one node go on if slots are locked, and not if nodes are', () => {
    assert.ok(lockedBeside('slots', [4, 5], [6, 7]) < long);
    assert.ok(lockedBeside('nodes', [4, 5], [6, 7]) > long);
  });

  it('take a high node for a range that crosses its middle, and with it who comes to make one below', () => {
    // [14, 18) is covered by the top alone; the node of page 40 is not there and must be put into it.
    assert.ok(lockedBeside('slots', [14, 18], [40, 41]) < long);
    assert.ok(lockedBeside('nodes', [14, 18], [40, 41]) > long);
  });
});
