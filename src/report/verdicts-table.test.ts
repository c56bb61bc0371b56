import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Comparison } from '../gate/comparison.js';
import { testCell, testComparison } from '../gate/comparison.test-support.js';
import { assertGolden } from './golden.test-support.js';
import type { VerdictOptions } from './verdicts.js';
import { tableVerdicts } from './verdicts-table.js';

const write = (comparisons: readonly Comparison[], options: Partial<VerdictOptions> = {}): string =>
  tableVerdicts(comparisons, { width: 132, colour: false, verbose: false, ...options });

/** Rows, by their first word. */
const firstWords = (text: string): readonly string[] =>
  text.split('\n').map((line) => line.trim().split(' ')[0] ?? '');

describe('the table of verdicts', () => {
  it('at 132 columns', () => assertGolden('verdicts-132.txt', write([testComparison()])));

  it('at 80 columns is stacked, and no line is longer', () => {
    const text = write([testComparison()], { width: 80 });
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    assertGolden('verdicts-80.txt', text);
  });

  it('has the worst last, of equal verdicts the worse change', () => {
    const text = write([
      testComparison({
        cells: [
          testCell({ strategy: 'a', verdict: 'regressed', change: estimate(0.7) }),
          testCell({ strategy: 'b', verdict: 'regressed', change: estimate(0.8) }),
          testCell({
            ...{ strategy: 'c', verdict: 'regressed', change: estimate(1.5) },
            ...{ metric: 'p99', better: 'lower', unit: 'ns' },
          }),
          testCell({ strategy: 'd', verdict: 'inconclusive' }),
          testCell({ strategy: 'e', verdict: 'ok' }),
          testCell({ strategy: 'f', verdict: 'noisy' }),
        ],
        noise: [],
      }),
    ]);
    assert.deepEqual(firstWords(text).slice(2, 8), ['e', 'f', 'd', 'b', 'a', 'c']);
  });

  it('of a long list shows the ok cells with the least room and counts the others', () => {
    const fine = Array.from({ length: 20 }, (_, i) =>
      testCell({ strategy: `s${i}`, change: estimate(1 - i / 1000) }),
    );
    const cells = [
      ...fine,
      testCell({ strategy: 'bound', verdict: 'ignored' }),
      testCell({ strategy: 'bad', verdict: 'regressed' }),
    ];
    const text = write([testComparison({ cells })]);
    assert.deepEqual(firstWords(text).slice(2, 6), ['s17', 's18', 's19', 'bad']);
    assert.match(text, /^ 17 more ok · 1 ignored \(--verbose shows them\)$/m);
    const verbose = write([testComparison({ cells })], { verbose: true });
    assert.match(verbose, /^ s3 /m);
    assert.ok(!verbose.includes('more ok'));
  });

  it('names cells in full where there are several workloads, and roles where there are several', () => {
    const cells = [
      testCell({ strategy: 'mutex' }),
      testCell({ strategy: 'mutex', workload: 'mmap-churn', role: 'mapper' }),
    ];
    const text = write([testComparison({ cells })]);
    assert.match(text, /^ fault-storm\/threads=8\/mutex +faulter throughput /m);
    assert.match(text, /^ mmap-churn\/threads=8\/mutex +mapper throughput /m);
    assert.match(text, /^ fault-storm against rwsem-fifo$/m);
  });

  it('without margins says on which side the interval lies', () => {
    const ungated = { verdict: 'ungated', margin: null } as const;
    const cells = [
      testCell({ ...ungated, strategy: 'worse', change: { value: 0.9, low: 0.8, high: 0.95 } }),
      testCell({ ...ungated, strategy: 'open', change: { value: 0.9, low: 0.8, high: 1.1 } }),
      testCell({ ...ungated, strategy: 'few', change: { value: 0.9, low: null, high: null } }),
      testCell({ ...ungated, strategy: 'none', change: null }),
      testCell({ ...ungated, strategy: 'count', better: 'none', unit: 'count' }),
    ];
    const text = write([testComparison({ cells, gated: false, trust: 'C' })]);
    assert.match(text, /^ worse .*▼ worse$/m);
    assert.match(text, /^ open .*≈ not separated$/m);
    assert.match(text, /^ few .*\? no interval$/m);
    assert.match(text, /^ none .*— +—$/m);
    assert.match(text, /^ count .*no margin$/m);
    assert.match(
      text,
      /\nno margin applies \(trust C: fingerprints differ, no verdicts, 30 blocks\)\n$/,
    );
  });

  it('says why it cannot be compared, what stands on one side, and what must be read beside it', () => {
    const text = write([
      testComparison({
        cells: [],
        noise: [],
        kind: 'compare',
        trust: 'B',
        oneSided: [{ cell: 'fault-storm/threads=8/mutex', side: 'head', reason: 'refused' }],
        warnings: ['head.json has 8 of 30 blocks'],
        refusals: ['the CPU models differ: "a" and "b"'],
      }),
    ]);
    assert.match(text, /^ only in head: fault-storm\/threads=8\/mutex \(refused\)$/m);
    assert.match(text, /^ head.json has 8 of 30 blocks$/m);
    assert.match(text, /^ not comparable: the CPU models differ: "a" and "b"$/m);
    assert.match(
      text,
      /\nexit 5: not comparable \(trust B: [^,]+, ratios to the reference strategy\)\n$/,
    );
  });

  it('ends with one line for all comparisons', () => {
    const cells = [testCell({ verdict: 'ok' })];
    const text = write([
      testComparison({ cells, head: 'one.json' }),
      testComparison({
        ...{ cells: [testCell({ verdict: 'regressed', blocks: 20 })], head: 'two.json' },
        kind: 'compare',
      }),
    ]);
    assert.equal(text.match(/exit/g)?.length, 1);
    assert.match(
      text,
      /\nexit 1: 1 regression, 1 ok \(trust A: same blocks, 30 blocks; trust A: same blocks, 20 blocks\)\n$/,
    );
  });

  it('names the exit status only where verdicts decide, and the one that the command says', () => {
    const cells = [testCell({ verdict: 'regressed' })];
    assert.match(write([testComparison({ cells, gated: false })]), /^1 regression \(/m);
    assert.match(write([testComparison({ cells })], { exit: 4 }), /^exit 4: 1 regression \(/m);
  });

  it('in colour says no more than without', () => {
    const coloured = write([testComparison()], { colour: true });
    assert.notEqual(coloured, write([testComparison()]));
    assert.equal(stripVTControlCharacters(coloured), write([testComparison()]));
  });
});

function estimate(value: number): { value: number; low: number; high: number } {
  return { value, low: value * 0.98, high: value * 1.02 };
}
