import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plotLines, severalMark } from './plot.js';

const layout = { width: 40, height: 8 };

test('marks stand at their values, over a doubling axis', () => {
  const series = [
    { mark: 'o', points: [1, 2, 4, 8].map((x) => [x, 100 * x] as const) },
    { mark: 'x', points: [1, 2, 4, 8].map((x) => [x, 100] as const) },
  ];
  assert.deepEqual(plotLines(series, layout), [
    ' 800┤                                o',
    '    │',
    '    │',
    ' 400┤                      o',
    '    │',
    ' 200┤           o',
    '    │ ■         x          x         x',
    '   0┤',
    '    └─┴─────────┴──────────┴─────────┴─',
    '      1         2          4         8',
  ]);
});

test('a range of thirty and more is logarithmic, and one point is enough', () => {
  const lines = plotLines(
    [
      {
        mark: 'o',
        points: [
          [1, 10],
          [2, 100],
          [3, 1000],
        ],
      },
    ],
    layout,
  );
  const rows = lines.flatMap((line, at) => (line.includes('o') ? [at] : []));
  assert.deepEqual(rows, [0, 3, 7], lines.join('\n'));
  const one = plotLines([{ mark: 'o', points: [[8, 5]] }], layout);
  assert.equal(one.filter((line) => line.includes('o')).length, 1);
  assert.deepEqual(plotLines([], layout), []);
  assert.deepEqual(plotLines([{ mark: 'o', points: [[1, 0]] }], layout), []);
});

test('no line is wider than asked, and every point has a mark', () => {
  const points = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 1024 }), fc.double({ min: 1e-3, max: 1e9, noNaN: true })),
    {
      minLength: 1,
      maxLength: 12,
      selector: ([x]) => x,
    },
  );
  fc.assert(
    fc.property(points, points, fc.integer({ min: 30, max: 120 }), (first, second, width) => {
      const lines = plotLines(
        [
          { mark: 'o', points: first },
          { mark: 'x', points: second },
        ],
        { width, height: 12 },
      );
      for (const line of lines) assert.ok(line.length <= width, `${line.length} > ${width}`);
      const text = lines.slice(0, 12).join('');
      const marks = text.match(new RegExp(`[ox${severalMark}]`, 'g'))?.length ?? 0;
      assert.ok(marks > 0 && marks <= first.length + second.length, String(marks));
    }),
  );
});
