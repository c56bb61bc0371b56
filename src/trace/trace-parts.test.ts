import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../machine/random.js';
import { lanesOf } from './lanes.js';
import { microseconds } from './microseconds.js';
import { queueLengths } from './queue-lengths.js';
import { runningParts } from './running-parts.js';

type Pair = readonly [from: number, to: number];
const stretch = ([from, to]: Pair) => ({ from, to });

const laneCases: readonly (readonly [
  what: string,
  stretches: readonly Pair[],
  lanes: readonly number[],
])[] = [
  [
    'apart',
    [
      [0, 1],
      [1, 2],
      [5, 6],
    ],
    [0, 0, 0],
  ],
  [
    'within each other',
    [
      [0, 10],
      [1, 5],
      [1, 5],
      [2, 3],
      [5, 10],
    ],
    [0, 0, 0, 0, 0],
  ],
  [
    'released in the order in which they were taken',
    [
      [0, 5],
      [3, 8],
      [6, 9],
    ],
    [0, 1, 0],
  ],
  [
    'three that overlap',
    [
      [0, 5],
      [1, 6],
      [2, 7],
      [5, 9],
    ],
    [0, 1, 2, 0],
  ],
  ['none', [], []],
];

for (const [what, stretches, lanes] of laneCases) {
  test(`lanes of what is held: ${what}`, () =>
    assert.deepEqual(lanesOf(stretches.map(stretch)), lanes));
}

test('no two stretches of a lane overlap but one within the other', () => {
  const random = new Random(5);
  const whole = (): number => Math.floor(random.next() * 30);
  for (let round = 0; round < 200; round++) {
    const all = Array.from({ length: 12 }, () => {
      const from = whole();
      return { from, to: from + 1 + whole() };
    }).sort((a, b) => a.from - b.from || b.to - a.to);
    const lanes = lanesOf(all);
    for (const [i, one] of all.entries()) {
      for (const [j, other] of all.slice(0, i).entries()) {
        if (lanes[i] !== lanes[j]) continue;
        assert.ok(other.to <= one.from || other.to >= one.to, JSON.stringify({ all, lanes }));
      }
    }
  }
});

test('a queue is as long as there are waiters, and changes once a moment', () => {
  const waits = [
    { what: 3, from: 0, to: 10 },
    { what: 3, from: 4, to: 12 },
    { what: 1, from: 5, to: 6 },
    { what: 3, from: 10, to: 12 },
  ];
  assert.deepEqual(
    queueLengths(waits).map(({ at, what, length }) => [at, what, length]),
    [
      [0, 3, 1],
      [4, 3, 2],
      [5, 1, 1],
      [6, 1, 0],
      [10, 3, 2],
      [12, 3, 0],
    ],
  );
});

test('operations are cut where their thread leaves its CPU', () => {
  const onCpus = [
    { track: 0, what: 7, from: 0, to: 10 },
    { track: 0, what: 8, from: 12, to: 30 },
    { track: 1, what: 7, from: 20, to: 40 },
  ];
  const operations = [
    { track: 7, what: 0, from: 2, to: 5 },
    { track: 7, what: 1, from: 6, to: 25 },
    { track: 7, what: 0, from: 26, to: 50 },
    { track: 8, what: 0, from: 0, to: 11 },
  ];
  assert.deepEqual(
    runningParts(onCpus, operations).map(({ cpu, operation, from, to }) => [
      ...[cpu, operation.track, operation.what, from, to],
    ]),
    [
      [0, 7, 0, 2, 5],
      [0, 7, 1, 6, 10],
      [1, 7, 1, 20, 25],
      [1, 7, 0, 26, 40],
    ],
  );
});

test('every whole ns survives being multiplied by 1000 and rounded down', () => {
  const wrong = [...Array(20_000).keys(), 1_000_000_001, 9_999_999_999].filter(
    (ns) =>
      Math.trunc(microseconds(ns) * 1000) !== ns || Math.abs(microseconds(ns) * 1000 - ns) > 1e-3,
  );
  assert.deepEqual(wrong, []);
  assert.equal(Math.trunc((1001 / 1000) * 1000), 1000);
});
