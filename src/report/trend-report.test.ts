import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { parseCsvRecords } from '../results/csv.test-support.js';
import type { History, HistoryRun, LeftOut } from '../trend/history.js';
import { trendOf, type Trend, type TrendOptions } from '../trend/trend.js';
import { assertGolden } from './golden.test-support.js';
import { csvTrend } from './trend-csv.js';
import { jsonTrend } from './trend-json.js';
import { markdownTrend } from './trend-markdown.js';
import { tableTrend } from './trend-table.js';

const options = { width: 132, colour: false, verbose: false };

/** A run whose `mutex` has this speed; commits of mmlock change with the tenth. */
function run(index: number, speed: number): HistoryRun {
  const shared = { repeats: null, few: false };
  return {
    file: `results/${index}.json`,
    started: new Date(Date.UTC(2026, 2, 1 + index, 3)).toISOString(),
    label: index % 5 === 0 ? `v1.${index / 5}` : null,
    commit: index < 10 ? 'aaa111' : 'bbb222',
    blocks: 20,
    observations: [
      { ...shared, strategy: 'rwsem-spin', metric: 'throughput', value: 5e5, ratio: null },
      { ...shared, strategy: 'rwsem-spin', metric: 'p99', value: 20_000, ratio: null },
      {
        ...{ ...shared, strategy: 'mutex', metric: 'throughput' },
        ...{ value: 5e5 * speed, ratio: speed },
      },
      {
        ...{ ...shared, strategy: 'mutex', metric: 'p99', few: index < 3 },
        ...{ value: 20_000 / speed, ratio: 1 / speed },
      },
    ],
  };
}

const history = (runs: readonly HistoryRun[], kernel: string): History => ({
  fingerprint: { kernel, CPUs: '2' },
  workload: 'fault-storm',
  engine: 'threads',
  threads: 4,
  reference: 'rwsem-spin',
  role: 'faulter',
  metrics: [
    { name: 'throughput', op: null, unit: 'fault/s', better: 'higher' },
    { name: 'p99', op: 'fault', unit: 'ns', better: 'lower' },
  ],
  runs,
});

/** Runs up to the tenth are faster, by so much. */
const speeds = Array.from(
  { length: 18 },
  (_, index) => (index < 10 ? 0.8 : 0.6) * (index % 2 === 0 ? 1.01 : 0.99),
);

const leftOut: readonly LeftOut[] = [
  { kind: 'unreadable', file: 'results/x.json', workload: null, reason: 'is empty' },
  ...[1, 2, 3, 4].map((index): LeftOut => ({
    ...{ kind: 'incomplete', file: `results/i${index}.json`, workload: 'fault-storm' },
    reason: 'has 4 of 20 blocks',
  })),
];

const fixture = (changes: Partial<TrendOptions> = {}): Trend =>
  trendOf(
    {
      histories: [
        history([run(30, 0.7), run(31, 0.71)], '6.1'),
        history(
          speeds.map((speed, index) => run(index, speed)),
          '6.8',
        ),
      ],
      leftOut,
    },
    {
      ...{ absolute: false, leastChange: undefined, strategies: undefined, workloads: undefined },
      ...changes,
    },
  );

describe('a trend', () => {
  it('as a table', () => assertGolden('trend-132.txt', tableTrend(fixture(), options)));

  it('at 80 columns is stacked, and no line is longer', () => {
    const text = tableTrend(fixture(), { ...options, width: 80 });
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    assert.match(text, /^ {3}.*last change ▼ −25\.0% at v1\.2/m);
  });

  it('in colour says no more than without', () => {
    const coloured = tableTrend(fixture(), { ...options, colour: true });
    assert.notEqual(coloured, tableTrend(fixture(), options));
    assert.equal(stripVTControlCharacters(coloured), tableTrend(fixture(), options));
  });

  it('in absolute figures has the unit of each', () => {
    const text = tableTrend(fixture({ absolute: true }), options);
    assert.match(text, /^ mutex +throughput +300k\/s /m);
    assert.match(text, /^ rwsem-spin +fault p99 +20\.0µs .* none$/m);
  });

  it('names every file that was left out where asked', () => {
    const short = tableTrend(fixture(), options);
    assert.match(short, /4 incomplete: .*i1\.json.*i3\.json.* and 1 more \(--verbose\)/s);
    assert.ok(!short.includes('i4.json'));
    assert.ok(tableTrend(fixture(), { ...options, verbose: true }).includes('i4.json'));
  });

  it('as markdown', () => assertGolden('trend.md', markdownTrend(fixture(), options)));

  it('as CSV has a row a run of each series, and a change where it is', () => {
    const rows = parseCsvRecords(csvTrend(fixture(), options));
    assert.equal(rows.length, 2 * 2 + 18 * 2);
    const throughput = rows.filter(
      ({ history: number, metric }) => number === '2' && metric === 'throughput',
    );
    assert.deepEqual(
      throughput.flatMap(({ run: number, change }) => (change === '' ? [] : [number])),
      ['11'],
    );
    const [first] = throughput;
    const eleventh = throughput[10];
    assert.equal(first?.value, '0.808');
    assert.equal(eleventh?.file, 'results/10.json');
    assert.ok(Math.abs(Number(first.level) - 0.8) < 0.01);
    assert.ok(Math.abs(Number(eleventh.level) - 0.6) < 0.01);
    assert.ok(Math.abs(Number(eleventh.change) - 0.75) < 0.02);
    assert.ok(Number(eleventh.p) <= 0.001);
  });

  it('as JSON holds what it takes to compute every figure again', () => {
    const { histories, leftOut: omitted } = JSON.parse(jsonTrend(fixture(), options)) as {
      histories: {
        differs: unknown[];
        runs: { file: string }[];
        series: {
          metric: string;
          points: { run: number; value: number }[];
          changes: { last: number; first: number }[];
        }[];
      }[];
      leftOut: unknown[];
    };
    assert.equal(omitted.length, leftOut.length);
    assert.deepEqual(histories[0]?.differs, [{ field: 'kernel', here: '6.1', newest: '6.8' }]);
    const series = histories[1]?.series.find(({ metric }) => metric === 'throughput');
    assert.deepEqual(
      series?.points.map(({ value }) => value),
      speeds,
    );
    const [change] = series.changes;
    assert.equal(histories[1]?.runs[change?.first ?? 0]?.file, 'results/10.json');
    assert.equal(histories[1].runs[change?.last ?? 0]?.file, 'results/9.json');
  });
});
