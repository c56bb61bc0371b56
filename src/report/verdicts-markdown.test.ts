import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Comparison } from '../gate/comparison.js';
import { testCell, testComparison } from '../gate/comparison.test-support.js';
import { fitSections } from './fit-markdown.js';
import { assertGolden } from './golden.test-support.js';
import { markdownVerdicts } from './verdicts-markdown.js';

const options = { width: 80, colour: true, verbose: false };
const write = (...comparisons: readonly Comparison[]): string =>
  markdownVerdicts(comparisons, options);

describe('verdicts as markdown', () => {
  it('as in the golden file', () => assertGolden('verdicts.md', write(testComparison())));

  it('have the worst comparison first, and what is fine behind all of them', () => {
    const text = write(
      testComparison({ head: 'fine', kind: 'compare', cells: [testCell({})] }),
      testComparison({ head: 'bad', kind: 'compare', cells: [testCell({ verdict: 'regressed' })] }),
      testComparison({ head: 'other', kind: 'compare', cells: [], refusals: ['kernels differ'] }),
    );
    const titles = [...text.matchAll(/^(?:### |<details><summary>)(.*)$/gm)].map(
      (match) => match[1]?.split(' against ')[0],
    );
    assert.deepEqual(titles, [
      'other',
      'fault-storm/threads=8: bad',
      'fault-storm/threads=8: fine',
      'fault-storm/threads=8: fine',
    ]);
    assert.match(text, /^## exit 5: not comparable, 1 regression, 1 ok /);
  });

  it('keep names from becoming markup', () => {
    const cells = [
      testCell({ strategy: '<b>|`x`', verdict: 'regressed' }),
      testCell({ strategy: '<b>|`x`', workload: '<i>' }),
    ];
    const text = write(testComparison({ cells, head: '<u>&' }));
    assert.ok(text.includes('/\\<b\\>\\|\\`x\\`'));
    assert.ok(text.includes('<details><summary>&lt;u&gt;&amp; against'));
    assert.ok(!/(?<!\\)<[biu]>/.test(text));
  });

  it('stay below what GitHub takes, and say what they left out', () => {
    const cells = Array.from({ length: 8000 }, (_, i) =>
      testCell({
        strategy: `strategy-${i}`,
        verdict: i < 4000 ? 'inconclusive' : 'ok',
        change: { value: 1 - i / 10_000, low: 0, high: 1 },
        reason: `reason ${i} ${'x'.repeat(100)}`,
      }),
    );
    const text = write(testComparison({ cells }), testComparison({ cells }));
    assert.ok(Buffer.byteLength(text) <= 1_000_000);
    assert.ok(Buffer.byteLength(text) > 990_000);
    assert.ok(text.includes('strategy-3999 '));
    assert.match(text, /\n\*\d+ more lines left out for want of room\*\n/);
  });
});

describe('fitSections', () => {
  const lines = fc.array(fc.stringMatching(/^[a-zµ]{0,30}\n$/), { maxLength: 30 });

  it('never takes more room than it is given, and counts every line that it leaves out', () => {
    fc.assert(
      fc.property(
        fc.array(lines, { maxLength: 5 }),
        fc.integer({ min: 120, max: 1500 }),
        (all, room) => {
          const sections = all.map((own) => ({ before: '<\n', lines: own, after: '>\n' }));
          const text = fitSections(sections, room);
          assert.ok(Buffer.byteLength(text) <= room);
          const whole = text.match(/^<$/gm)?.length ?? 0;
          assert.equal(text.match(/^>$/gm)?.length ?? 0, whole);
          const dropped = Number(/(\d+) more sections/.exec(text)?.[1] ?? 0);
          assert.equal(whole + dropped, all.length);
        },
      ),
    );
  });

  it('counts lines', () => {
    const section = {
      before: 'a\n',
      lines: Array.from({ length: 100 }, () => '0123456789\n'),
      after: 'z\n',
    };
    const text = fitSections([section], 500);
    const left = Number(/(\d+) more lines/.exec(text)?.[1]);
    assert.equal(text.split('0123456789').length - 1 + left, 100);
    assert.ok(text.endsWith('z\n'));
    assert.equal(
      fitSections([section, section], 150),
      '\n*2 more sections left out for want of room*\n',
    );
  });
});
