import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import { LockRecord } from '../locks/lock-record.js';
import { Observed } from '../locks/observed.js';
import { builtInLocks, lockNamed } from '../locks/registry.js';
import { anonLink, AnonVmas, anonVma } from './anon-vma.js';
import { vma, vmaWords } from './vma.js';

const threads = 2;

/** `AnonVmas` with room for one tree, and some VMA records. */
class Fixture {
  readonly anonVmas: AnonVmas;
  readonly machine: Interleaver;
  readonly vmas: readonly number[];

  constructor(seed = 1, size = { roots: 1, forked: 1, links: 3 }) {
    const layout = new Layout();
    const record = new LockRecord(layout, threads);
    const definition = lockNamed(builtInLocks, 'rwsem-spin');
    this.anonVmas = new AnonVmas(
      layout,
      size,
      threads,
      threads,
      () => new Observed(layout, record, definition, threads, 'anon_vma'),
    );
    const first = layout.allocate(200 * vmaWords);
    this.vmas = Array.from({ length: 200 }, (_, index) => first + index * vmaWords);
    this.machine = new Interleaver({ threads, words: layout.words, seed });
    this.anonVmas.initialise(this.machine.memory);
  }

  vma(index: number): number {
    return this.vmas[index] ?? 0;
  }

  anonOf(index: number): number {
    return this.machine.memory.get(this.vma(index) + vma.anonVma);
  }

  /** VMAs linked to an `anon_vma`. */
  linked(anon: number): number[] {
    const { memory } = this.machine;
    const found: number[] = [];
    for (let link = memory.get(anon + anonVma.links); link !== 0;) {
      found.push(this.vmas.indexOf(memory.get(link + anonLink.vma)));
      link = memory.get(link + anonLink.next);
    }
    return found.sort((a, b) => a - b);
  }
}

describe('AnonVmas', () => {
  it('gives a VMA one anon_vma, however many faults ask at once', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const fixture = new Fixture(seed);
      const ask = (cpu: Cpu): Steps<number> => fixture.anonVmas.prepare(cpu, fixture.vma(0));
      assert.deepEqual(fixture.machine.run([ask, ask]), [1, 1]);
      assert.deepEqual(fixture.linked(fixture.anonOf(0)), [0]);
      assert.deepEqual(fixture.anonVmas.used(fixture.machine.memory), [1, 1]);
    }
  });

  it('links a child to the parent and to its own, under one root, which outlives the parent', () => {
    const fixture = new Fixture();
    const { anonVmas, machine } = fixture;
    machine.run([
      function* (cpu): Steps {
        yield anonVmas.prepare(cpu, fixture.vma(0));
        yield anonVmas.fork(cpu, fixture.vma(0), fixture.vma(1));
      },
    ]);
    const parent = fixture.anonOf(0);
    const child = fixture.anonOf(1);
    assert.notEqual(child, parent);
    assert.equal(machine.memory.get(child + anonVma.root), parent);
    assert.deepEqual(fixture.linked(parent), [0, 1]);
    assert.deepEqual(fixture.linked(child), [1]);
    machine.run([(cpu) => anonVmas.unlink(cpu, fixture.vma(0))]);
    assert.deepEqual(fixture.linked(parent), [1]);
    assert.deepEqual(anonVmas.used(machine.memory), [2, 2]);
    machine.run([(cpu) => anonVmas.unlink(cpu, fixture.vma(1))]);
    assert.deepEqual(anonVmas.used(machine.memory), [0, 0]);
    assert.deepEqual(anonVmas.check(machine.memory), []);
  });

  it('keeps the links of what a split cuts off, and of what a merge leaves', () => {
    const fixture = new Fixture();
    const { anonVmas, machine } = fixture;
    machine.run([
      function* (cpu): Steps {
        yield anonVmas.prepare(cpu, fixture.vma(0));
        // One that was cut off before joins nothing, for it has no pages that could be found so.
        yield anonVmas.linkSibling(cpu, fixture.vma(2), fixture.vma(0));
        cpu.memory.set(fixture.vma(1) + vma.anonVma, fixture.anonOf(0));
        yield anonVmas.lockTree(cpu, fixture.vma(0));
        yield anonVmas.linkSibling(cpu, fixture.vma(1), fixture.vma(0));
        yield anonVmas.unlockTree(cpu, fixture.vma(0));
      },
    ]);
    assert.equal(fixture.anonOf(2), 0);
    assert.deepEqual(fixture.linked(fixture.anonOf(0)), [0, 1]);
    machine.run([
      function* (cpu): Steps {
        yield anonVmas.lockTree(cpu, fixture.vma(0));
        yield anonVmas.unlinkSibling(cpu, fixture.vma(1));
        yield anonVmas.unlockTree(cpu, fixture.vma(0));
        yield anonVmas.unlink(cpu, fixture.vma(0));
      },
    ]);
    assert.deepEqual(anonVmas.used(machine.memory), [0, 0]);
  });

  it('says so when no records are left, and loses none', () => {
    const fixture = new Fixture();
    const { anonVmas, machine } = fixture;
    let prepared = 0;
    let forked = 0;
    machine.run([
      function* (cpu): Steps {
        while ((yield anonVmas.prepare(cpu, fixture.vma(prepared))) === 1) prepared++;
        while ((yield anonVmas.fork(cpu, fixture.vma(0), fixture.vma(100 + forked))) === 1)
          forked++;
      },
    ]);
    assert.ok(prepared > 0 && forked > 0);
    assert.deepEqual([fixture.anonOf(prepared), fixture.anonOf(100 + forked)], [0, 0]);
    assert.deepEqual(anonVmas.used(machine.memory), [prepared + forked, prepared + 2 * forked]);
  });
});
