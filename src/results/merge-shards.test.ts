import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseResult } from './load.js';
import { mergeShards, type NamedShard } from './merge-shards.js';
import type { Result } from './result.js';
import { resultText } from './save.js';
import { shardOf, testCell, testSweep } from './sweep.test-support.js';

const whole = testSweep([1, 2, 4]);

/** As read from a file. */
function saved(file: string, result: Result): NamedShard {
  const loaded = parseResult(resultText(result), file);
  assert.ok(loaded.ok, file);
  return { file, result: loaded.result };
}

const shards = (count: number): NamedShard[] =>
  Array.from({ length: count }, (_, at) => saved(`${at + 1}.json`, shardOf(whole, at + 1, count)));

test('shards in any order and number make the very text of the whole sweep', () => {
  const orders = fc
    .integer({ min: 2, max: 40 })
    .chain((count) => fc.shuffledSubarray(shards(count), { minLength: count }));
  fc.assert(
    fc.property(orders, (parts) => {
      const merged = mergeShards(parts);
      assert.ok(merged.ok);
      assert.equal(resultText({ ...merged.result, exit: 0 }), resultText(whole));
    }),
    { numRuns: 12 },
  );
});

test('every trial is in one shard, and each shard has as much of every cell', () => {
  const counts = shards(4).map(({ result }) => result.workloads.map(({ trials }) => trials.length));
  assert.deepEqual(counts, [
    [3, 3, 3],
    [3, 3, 3],
    [3, 3, 3],
    [3, 3, 3],
  ]);
});

const [one, two, three] = shards(3) as [NamedShard, NamedShard, NamedShard];
const other = (change: (result: Result) => Result): NamedShard =>
  saved('2.json', change(shardOf(whole, 2, 3)));
const changed = (each: ReturnType<typeof testCell>): NamedShard =>
  other((result) => ({
    ...result,
    workloads: result.workloads.map((cell, at) =>
      at === 0 ? { ...each, trials: cell.trials } : cell,
    ),
  }));

const refused: readonly (readonly [
  string,
  readonly NamedShard[],
  'usage' | 'not-comparable',
  RegExp,
])[] = [
  ['a shard is missing', [one, three], 'not-comparable', /^missing: shard 2\/3; .*--shard 2\/3/],
  ['two are missing', [two], 'not-comparable', /^missing: shards 1\/3, 3\/3/],
  [
    'one is there twice',
    [one, two, three, { ...two, file: 'b.json' }],
    'usage',
    /^b\.json: is shard 2\/3, and so is 2\.json/,
  ],
  [
    'a whole sweep',
    [one, { file: 'w.json', result: whole }],
    'usage',
    /^w\.json: is a whole sweep/,
  ],
  [
    'no sweep at all',
    [one, other(({ sweep: _, ...result }) => result)],
    'usage',
    /^2\.json: is no shard of a sweep/,
  ],
  [
    'of another division',
    [one, saved('q.json', shardOf(whole, 2, 4))],
    'not-comparable',
    /^q\.json: is one of 4 shards, and 1\.json one of 3/,
  ],
  [
    'another seed',
    [one, other((result) => ({ ...result, seed: 8 })), three],
    'not-comparable',
    /seed: 7 in 1\.json, 8 in 2\.json/,
  ],
  [
    'another version',
    [one, other((result) => ({ ...result, mmlock: { version: '9.9.9', commit: 'abc' } })), three],
    'not-comparable',
    /mmlock: 0\.1\.0 in 1\.json, 9\.9\.9 \(abc\) in 2\.json/,
  ],
  [
    'another file',
    [one, changed(testCell(1, { sha256: '1'.repeat(64) })), three],
    'not-comparable',
    /tiny\[cpus=1\]: workload file: 0+ in 1\.json, 1+ in 2\.json/,
  ],
  [
    'other blocks',
    [one, changed(testCell(1, { orders: [[0, 1]] })), three],
    'not-comparable',
    /tiny\[cpus=1\]: blocks: 6 in 1\.json, 1 in 2\.json/,
  ],
  [
    'another order of strategies',
    [one, changed(testCell(1, { orders: Array.from({ length: 6 }, () => [1, 0]) })), three],
    'not-comparable',
    /tiny\[cpus=1\]: orders/,
  ],
  [
    'interrupted',
    [
      one,
      other((result) => ({
        ...result,
        workloads: result.workloads.map((cell) => ({ ...cell, trials: cell.trials.slice(1) })),
      })),
      three,
    ],
    'not-comparable',
    /^2\.json: shard 2\/3 has 9 of its 12 trials; run its command again/,
  ],
];
for (const [what, parts, kind, message] of refused) {
  test(`refused: ${what}`, () => {
    const merged = mergeShards(parts);
    assert.ok(!merged.ok);
    assert.equal(merged.kind, kind);
    assert.match(merged.messages.join('\n'), message);
  });
}
