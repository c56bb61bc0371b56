import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busy, CacheLines } from './cache-lines.js';
import { Jitter } from './jitter.js';
import type { LineCosts } from '../../machine/machine-profile.js';
import { Topology } from './topology.js';

const costs: LineCosts = {
  hit: 1,
  atomic: 6,
  cluster: 40,
  socket: 90,
  remote: 200,
  memory: 100,
  residency: 8,
  readFactor: 1.5,
  coalescesReads: true,
  sharedRead: 16,
  jitter: 0,
};
/** Two sockets of two clusters of two: CPUs 0 and 1 are a cluster, 0 to 3 a socket. */
const topology = new Topology(
  { sockets: 2, clustersPerSocket: 2, coresPerCluster: 2, placement: 'fill' },
  8,
);
const word = 64;
const own = 1;

function linesOf(changed: Partial<LineCosts> = {}): CacheLines {
  return new CacheLines(1024, topology, { ...costs, ...changed }, new Jitter(1));
}

let now = 0;

/** Accesses far enough apart that none waits for another. */
function accesses(lines: CacheLines, ...list: readonly (readonly [cpu: number, write: 0 | 1])[]) {
  return list.map(([cpu, write]) => lines.reach(cpu, word, write, own, (now += 10_000), false));
}

test('the first to touch a line gets it from memory, and then has it for itself', () => {
  assert.deepEqual(accesses(linesOf(), [3, 0], [3, 1], [3, 0]), [100, own, own]);
});

test('a write takes the line from its owner: how long depends on how far apart they are', () => {
  for (const [from, to, cost] of [
    [0, 1, 40],
    [0, 2, 90],
    [0, 4, 200],
  ] as const) {
    const [, moved, again] = accesses(linesOf(), [from, 1], [to, 1], [to, 1]);
    assert.deepEqual([moved, again], [cost - costs.residency, own], `${from} to ${to}`);
  }
});

test('a read leaves the owner a copy; both read on at no cost, and either pays to write', () => {
  const lines = linesOf();
  const taken = accesses(lines, [0, 1], [1, 0], [0, 0], [1, 0], [0, 1]);
  assert.deepEqual(taken, [100, 32, own, own, 32]);
  assert.deepEqual(accesses(lines, [1, 0]), [32], 'the write made the copy void');
});

test('one write makes the copies of all CPUs void', () => {
  const lines = linesOf();
  accesses(lines, [0, 1], [1, 0], [2, 0], [4, 0], [6, 0]);
  assert.equal(accesses(lines, [0, 1])[0], 192, 'the farthest holder decides');
  for (const cpu of [1, 2, 4, 6]) {
    assert.notDeepEqual(accesses(lines, [cpu, 0]), [own], `cpu ${cpu}`);
  }
});

test('reads that cross sockets cost more than writes by the factor', () => {
  assert.equal(accesses(linesOf(), [0, 1], [4, 0])[1], 200 * 1.5 - costs.residency);
});

test('readers of a cluster that has a copy are served one after the other and keep nobody else waiting', () => {
  const lines = linesOf();
  accesses(lines, [0, 1], [4, 0]);
  const at = now + 10_000;
  assert.equal(lines.reach(5, word, 0, own, at, false), costs.sharedRead);
  const free = lines.nextFree(lines.recordOf(word));
  assert.ok(free < at, 'the line itself was not needed');
});

test('without coalescing every reader crosses by itself', () => {
  const lines = linesOf({ coalescesReads: false });
  accesses(lines, [0, 1], [4, 0]);
  assert.equal(lines.reach(5, word, 0, own, now + 10_000, false), costs.cluster - costs.residency);
  assert.ok(lines.nextFree(lines.recordOf(word)) > now + 10_000);
});

test('while a line is on its way, and its residency lasts, nobody else gets it', () => {
  const lines = linesOf();
  accesses(lines, [0, 1]);
  const at = now + 10_000;
  assert.equal(lines.reach(4, word, 1, own, at, false), 192);
  assert.equal(lines.reach(0, word, 1, own, at + 199, false), busy);
  assert.equal(lines.reach(4, word, 1, own, at + 199, false), own, 'who has it can use it');
  assert.equal(lines.reach(0, word, 1, own, at + 200, true), busy, 'nobody overtakes who waits');
  assert.equal(lines.reach(0, word, 1, own, at + 200, false), 192);
});

test('lines do not get into each other’s way, however many there are', () => {
  const lines = new CacheLines(1 << 20, topology, costs, new Jitter(1));
  for (let line = 0; line < 3000; line++) {
    lines.reach(0, line * 16, 1, own, line, false);
    lines.reach(4, line * 16, 1, own, 1e6, false);
  }
  for (let line = 0; line < 3000; line++) {
    assert.equal(lines.reach(4, line * 16, 1, own, 1e6, false), own, `line ${line}`);
  }
});

test('jitter spreads transfers around their cost, and the same seed spreads them alike', () => {
  const transfers = (seed: number): number[] => {
    const lines = new CacheLines(1024, topology, { ...costs, jitter: 0.25 }, new Jitter(seed));
    return Array.from({ length: 400 }, (_, i) =>
      lines.reach(i % 2 === 0 ? 0 : 4, word, 1, own, 1e6 * (i + 1), false),
    ).slice(1);
  };
  const some = transfers(1);
  assert.deepEqual(transfers(1), some);
  assert.notDeepEqual(transfers(2), some);
  const mean = some.reduce((a, b) => a + b) / some.length;
  assert.ok(Math.abs(mean - 192) < 6, `mean ${mean}`);
  assert.ok(Math.min(...some) >= 142 && Math.max(...some) <= 242);
});
