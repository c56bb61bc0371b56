import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { trialsCsv } from '../results/csv.js';
import { parseCsvRecords } from '../results/csv.test-support.js';
import { testResult, testWorkload } from '../results/result.test-support.js';
import { parseBenchfmt, type BenchmarkLine } from './benchfmt.test-support.js';
import { exportFixture, hostileCharacters, namedResult } from './export.test-support.js';
import { benchfmtExport } from './export-benchfmt.js';
import { assertGolden } from './golden.test-support.js';

const cellOf = ({ keys }: BenchmarkLine): string =>
  `${keys.strategy ?? ''}/${keys.role ?? ''}/${keys.op ?? ''}`;

describe('a result in the benchmark format of Go', () => {
  it('as in the golden file', () =>
    assertGolden('export.benchfmt.txt', benchfmtExport(exportFixture())));

  it('has a line for each block, so that n is the number of blocks', () => {
    const { lines } = parseBenchfmt(benchfmtExport(testResult()));
    const counts = new Map<string, number>();
    for (const line of lines) counts.set(cellOf(line), (counts.get(cellOf(line)) ?? 0) + 1);
    assert.deepEqual(new Set(counts.values()), new Set([12]));
    // Four that run, each with two roles and five operations.
    assert.equal(counts.size, 4 * 7);
    assert.ok(counts.has('(A/A) rwsem-spin/faulter/fault'));
  });

  it('has the figures of the trials', () => {
    const result = testResult();
    const trials = parseCsvRecords(trialsCsv(result)).filter(
      (row) => row.strategy === 'mutex' && row.role === 'faulter' && row.op === 'fault',
    );
    const lines = parseBenchfmt(benchfmtExport(result)).lines.filter(
      (line) => cellOf(line) === 'mutex/faulter/fault',
    );
    assert.equal(lines.length, trials.length);
    lines.forEach((line, block) => {
      const trial = trials[block];
      assert.equal(line.iterations, Number(trial?.count));
      assert.equal(line.values.get('op/s'), Number(trial?.ops_per_s));
      assert.equal(line.values.get('p99-ns/op'), Number(trial?.p99_ns));
      assert.equal(line.values.get('wait-mean-ns/op'), Number(trial?.wait_mean_ns));
      assert.equal(line.values.get('hold-max-ns/op'), Number(trial?.hold_max_ns));
      assert.equal(line.threads, Number(trial?.threads));
    });
  });

  it('says which way each unit is better', () => {
    const { units } = parseBenchfmt(benchfmtExport(testResult()));
    assert.equal(units.get('rounds/s'), 'higher');
    assert.equal(units.get('fairness'), 'higher');
    assert.equal(units.get('p99-ns/op'), 'lower');
    assert.equal(units.get('starvation-ns'), 'lower');
  });

  it('has in its configuration nothing that differs between two comparable runs', () => {
    const one = parseBenchfmt(benchfmtExport(exportFixture()));
    const other = parseBenchfmt(
      benchfmtExport({ ...exportFixture(), seed: 8, label: 'base', commandLine: [] }),
    );
    assert.deepEqual(one.lines[0]?.configuration, other.lines[0]?.configuration);
    assert.equal(one.lines[0]?.configuration.kernel, '6.8');
    const text = 'name: fault-storm\nspace: {}\n';
    const workload = { ...testWorkload(), text };
    const changed = parseBenchfmt(benchfmtExport(testResult({ workloads: [workload] })));
    assert.notEqual(
      changed.lines[0]?.configuration['workload-hash'],
      one.lines[0].configuration['workload-hash'],
    );
  });

  it('leaves out a percentile with too few samples above it', () => {
    const of = (count: number): ReadonlyMap<string, number> | undefined => {
      const latencies = Array.from({ length: count }, (_, i) => 100 + i);
      const { lines } = parseBenchfmt(benchfmtExport(namedResult('mutex', latencies)));
      return lines.find(({ keys }) => keys.op === 'fault')?.values;
    };
    assert.ok(of(1000)?.has('p99-ns/op'));
    assert.ok(!of(1000)?.has('p99.9-ns/op'));
    assert.ok(!of(999)?.has('p99-ns/op'));
    assert.ok(of(999)?.has('max-ns/op'));
  });

  it('has no line for a trial that says nothing of its strategy', () => {
    const result = namedResult('mutex', []);
    const [workload] = result.workloads;
    assert.ok(workload);
    const of = (queuedShare: number): number => {
      const trials = workload.trials.map((trial) => ({ ...trial, queuedShare }));
      const text = benchfmtExport({ ...result, workloads: [{ ...workload, trials }] });
      return parseBenchfmt(text).lines.length;
    };
    assert.equal(of(0), 2);
    assert.equal(of(1), 0);
  });

  it('gives every name back', () => {
    const name = fc.string({ unit: fc.constantFrom(...hostileCharacters), minLength: 1 });
    fc.assert(
      fc.property(name, (label) => {
        const { lines } = parseBenchfmt(benchfmtExport(namedResult(label, [200])));
        assert.deepEqual(
          lines.map(({ base, keys }) => [base, keys.strategy, keys.op]),
          [
            ['fault-storm', label, undefined],
            ['fault-storm', label, 'fault'],
          ],
        );
      }),
    );
  });

  it('keeps notes and faults as comments of one line', () => {
    const result = namedResult('mutex', [200], { label: 'a' });
    const [workload] = result.workloads;
    assert.ok(workload);
    const trials = workload.trials.map((trial) => ({ ...trial, faults: ['two\nholders'] }));
    const text = benchfmtExport({ ...result, workloads: [{ ...workload, trials }] });
    assert.match(text, /^# fault-storm: INCORRECT: mutex, block 1: two holders$/m);
    assert.match(text, /^# label: a$/m);
    parseBenchfmt(text);
  });
});

describe('the parser of these tests', () => {
  for (const wrong of [
    'PASS\n',
    'Benchmarka/b=c-8\t1\t2\n',
    'Benchmarka/b=c-8\t1\t2 op/s',
    'Benchmarka/b=c-8\t1.5\t2 op/s\n',
    'Benchmarka/b=c-8\t1\tx op/s\n',
    'Benchmarka/b=c-8\t1\t2 unknown/s\n',
    'Benchmarka/b c-8\t1\t2 op/s\n',
    'Key: value\n',
    'a b: value\n',
  ]) {
    it(`refuses ${JSON.stringify(wrong)}`, () =>
      assert.throws(() => parseBenchfmt(`Unit op/s better=higher\n${wrong}`)));
  }
});
