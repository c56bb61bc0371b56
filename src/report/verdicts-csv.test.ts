import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { testCell, testComparison } from '../gate/comparison.test-support.js';
import { summaryColumns } from '../results/csv-summary.js';
import { guarded } from '../results/csv-text.js';
import { parseCsv, parseCsvRecords } from '../results/csv.test-support.js';
import { assertGolden } from './golden.test-support.js';
import { csvVerdicts } from './verdicts-csv.js';

const options = { width: 80, colour: false, verbose: false };

describe('verdicts as CSV', () => {
  it('as in the golden file', () =>
    assertGolden('verdicts.csv', csvVerdicts([testComparison()], options)));

  it('begin with the columns of the summary, and fill all of them', () => {
    const text = csvVerdicts([testComparison()], options);
    assert.deepEqual(parseCsv(text)[0]?.slice(0, summaryColumns.length), summaryColumns);
    const [mutex] = parseCsvRecords(text);
    for (const column of summaryColumns) {
      // The role as a whole has no operation.
      assert.equal(mutex?.[column] === '', column === 'op', column);
    }
  });

  it('have a row for what stands on one side, and for what cannot be compared', () => {
    const text = csvVerdicts(
      [
        testComparison({
          cells: [],
          oneSided: [{ cell: 'a/threads=8/mutex', side: 'base', reason: 'gone' }],
          refusals: ['kernels differ'],
        }),
      ],
      options,
    );
    const rows = parseCsvRecords(text).map(({ cell, verdict, reason }) => [cell, verdict, reason]);
    assert.deepEqual(rows, [
      ['a/threads=8/mutex', 'only in base', 'gone'],
      ['', 'not comparable', 'kernels differ'],
    ]);
  });

  it('give every name back, but for the apostrophe that disarms a formula', () => {
    const name = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\n', '\r', 'a'),
    });
    fc.assert(
      fc.property(name, name, (strategy, reason) => {
        const cells = [testCell({ strategy, reason })];
        const [row] = parseCsvRecords(csvVerdicts([testComparison({ cells })], options));
        assert.equal(row?.strategy, guarded(strategy));
        assert.equal(row.reason, guarded(reason));
      }),
    );
  });

  it('leave empty what was not measured', () => {
    const cells = [testCell({ head: null, change: null, level: null, margin: null, pWorse: null })];
    const [row] = parseCsvRecords(csvVerdicts([testComparison({ cells })], options));
    for (const column of ['median', 'ci_lo', 'ratio', 'level', 'margin', 'p', 'blocks_needed']) {
      assert.equal(row?.[column], '', column);
    }
  });
});
