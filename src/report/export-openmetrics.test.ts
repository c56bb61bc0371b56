import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { summaryCsv } from '../results/csv-summary.js';
import { parseCsvRecords } from '../results/csv.test-support.js';
import type { Result } from '../results/result.js';
import { testResult } from '../results/result.test-support.js';
import { exportFixture, hostileCharacters, namedResult } from './export.test-support.js';
import { openMetricsExport } from './export-openmetrics.js';
import { assertGolden } from './golden.test-support.js';
import { parseOpenMetrics, type MetricFamily } from './openmetrics.test-support.js';

const read = (result: Result): readonly MetricFamily[] =>
  parseOpenMetrics(openMetricsExport(result));

type Labels = Readonly<Record<string, string>>;

/** The one value with these labels among others; undefined if there is none. */
function valueOf(
  families: readonly MetricFamily[],
  family: string,
  wanted: Labels,
): number | undefined {
  const found = families
    .find(({ name }) => name === family)
    ?.samples.filter(({ labels }) =>
      Object.entries(wanted).every(([name, value]) => labels[name] === value),
    );
  assert.ok(found === undefined || found.length < 2, `${family} ${JSON.stringify(wanted)}`);
  return found?.[0]?.value;
}

describe('a result as OpenMetrics', () => {
  it('as in the golden file', () =>
    assertGolden('export.openmetrics.txt', openMetricsExport(exportFixture())));

  it('has the medians, bounds and ratios of the summary, in base units', () => {
    const result = testResult();
    const families = read(result);
    const rows = parseCsvRecords(summaryCsv(result));
    const cell = { strategy: 'mutex', role: 'faulter', op: 'fault' };
    const row = rows.find(
      ({ strategy, role, op, metric }) =>
        metric === 'wait.p99' && strategy === cell.strategy && role === cell.role && op === cell.op,
    );
    const near = (value: number | undefined, expected: number): void => {
      assert.ok(Math.abs((value ?? NaN) / expected - 1) < 1e-8, `${value ?? ''} ${expected}`);
    };
    const labels = { ...cell, statistic: 'p99' };
    near(valueOf(families, 'mmlock_wait_seconds', labels), Number(row?.median) / 1e9);
    near(valueOf(families, 'mmlock_wait_low_seconds', labels), Number(row?.ci_lo) / 1e9);
    near(valueOf(families, 'mmlock_wait_high_seconds', labels), Number(row?.ci_hi) / 1e9);
    const ratio = { ...cell, metric: 'wait.p99' };
    near(valueOf(families, 'mmlock_to_reference_ratio', ratio), Number(row?.ratio));
    near(valueOf(families, 'mmlock_to_reference_low_ratio', ratio), Number(row?.ratio_lo));
    near(valueOf(families, 'mmlock_to_reference_high_ratio', ratio), Number(row?.ratio_hi));
  });

  it('has no sample for what was not measured, and no bound where there are too few blocks', () => {
    const families = read(namedResult('mutex', [200]));
    const labels = { strategy: 'mutex', role: 'faulter', op: 'fault' };
    assert.equal(
      valueOf(families, 'mmlock_latency_seconds', { ...labels, statistic: 'mean' }),
      2e-7,
    );
    assert.equal(
      valueOf(families, 'mmlock_latency_low_seconds', { ...labels, statistic: 'mean' }),
      undefined,
    );
    assert.equal(
      valueOf(families, 'mmlock_hold_seconds', { ...labels, statistic: 'mean' }),
      undefined,
    );
    assert.equal(
      valueOf(families, 'mmlock_latency_seconds', { ...labels, statistic: 'p50' }),
      undefined,
    );
  });

  it('shows refused and incorrect strategies, and blocks that are missing', () => {
    const result = testResult();
    const [workload] = result.workloads;
    assert.ok(workload);
    const trials = workload.trials
      .filter(({ block }) => block !== 12)
      .map((trial) => (trial.strategy === 'mutex' ? { ...trial, faults: ['two holders'] } : trial));
    const faulty = read(testResult({ workloads: [{ ...workload, trials }] }));
    assert.equal(valueOf(faulty, 'mmlock_strategy_supported', { strategy: 'rwlock' }), 0);
    assert.equal(valueOf(faulty, 'mmlock_strategy_supported', { strategy: 'mutex' }), 1);
    assert.equal(valueOf(faulty, 'mmlock_faults', { strategy: 'mutex' }), 11);
    assert.equal(valueOf(faulty, 'mmlock_faults', { strategy: 'qrwlock' }), 0);
    assert.equal(valueOf(faulty, 'mmlock_blocks', {}), 11);
    assert.equal(valueOf(faulty, 'mmlock_blocks_planned', {}), 12);
  });

  it('writes a bound that is infinite as such', () => {
    // The reference never ran an operation, so that no ratio to it is finite.
    const result = testResult();
    const [workload] = result.workloads;
    assert.ok(workload);
    const trials = workload.trials.map((trial) =>
      trial.strategy === 'rwsem-spin'
        ? { ...trial, rows: trial.rows.map((row) => ({ ...row, counts: row.counts.map(() => 0) })) }
        : trial,
    );
    const labels = { strategy: 'mutex', role: 'faulter', op: '', metric: 'throughput' };
    const starved = read(testResult({ workloads: [{ ...workload, trials }] }));
    assert.equal(valueOf(starved, 'mmlock_to_reference_high_ratio', labels), Infinity);
  });

  it('gives every name back but for carriage returns', () => {
    const name = fc.string({ unit: fc.constantFrom(...hostileCharacters), minLength: 1 });
    fc.assert(
      fc.property(name, (label) => {
        const families = parseOpenMetrics(openMetricsExport(namedResult(label, [200], { label })));
        const expected = label.replaceAll('\r', '\ufffd');
        for (const { labels } of families.flatMap(({ samples }) => samples)) {
          assert.ok(labels.strategy === undefined || labels.strategy === expected);
          assert.ok(labels.label === undefined || labels.label === expected);
        }
      }),
    );
  });
});

describe('the parser of these tests', () => {
  const gauge = '# TYPE a gauge\n# HELP a Help.\n';
  it('reads what is right', () => {
    const [family] = parseOpenMetrics(`${gauge}a{b="c\\n\\\\\\""} 1.5e-7\n# EOF\n`);
    assert.deepEqual(family?.samples, [{ labels: { b: 'c\n\\"' }, value: 1.5e-7 }]);
  });
  for (const [what, wrong] of [
    ['no end', `${gauge}a{b="c"} 1\n`],
    ['text behind the end', `${gauge}# EOF\na{b="c"} 1\n`],
    ['an unknown comment', `${gauge}# note\na{b="c"} 1\n# EOF\n`],
    ['metadata in another order', '# HELP a Help.\n# TYPE a gauge\na{b="c"} 1\n# EOF\n'],
    [
      'a unit that is not in the name',
      '# TYPE a gauge\n# UNIT a s\n# HELP a H.\na{b="c"} 1\n# EOF\n',
    ],
    ['a sample of another family', `${gauge}b{b="c"} 1\n# EOF\n`],
    ['the same labels twice', `${gauge}a{b="c"} 1\na{b="c"} 2\n# EOF\n`],
    ['a label twice', `${gauge}a{b="c",b="d"} 1\n# EOF\n`],
    ['a quote that is not escaped', `${gauge}a{b="c"d"} 1\n# EOF\n`],
    ['an unknown escape', `${gauge}a{b="\\t"} 1\n# EOF\n`],
    ['a timestamp', `${gauge}a{b="c"} 1 1700000000\n# EOF\n`],
    ['no number', `${gauge}a{b="c"} one\n# EOF\n`],
    [
      'a family in two places',
      `${gauge}a{b="c"} 1\n${gauge.replaceAll(' a ', ' d ')}d{b="c"} 1\n${gauge}a{b="d"} 1\n# EOF\n`,
    ],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => parseOpenMetrics(wrong)));
  }
});
