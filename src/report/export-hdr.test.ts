import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeFromCompressedBase64, HistogramLogReader, listTags } from 'hdr-histogram-js';
import { trialsCsv } from '../results/csv.js';
import { parseCsvRecords } from '../results/csv.test-support.js';
import { testResult } from '../results/result.test-support.js';
import { fixtureEnvironment } from './fixture.test-support.js';
import { exportFixture, hostileCharacters, namedResult } from './export.test-support.js';
import { hdrExport } from './export-hdr.js';
import { assertGolden } from './golden.test-support.js';

interface Interval {
  readonly tag: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

/** The intervals, as another implementation's reader of such logs gives them. */
function read(log: string): readonly Interval[] {
  const reader = new HistogramLogReader(log);
  const intervals: Interval[] = [];
  for (let next = reader.nextIntervalHistogram(); next !== null;) {
    intervals.push({
      tag: next.tag,
      startMs: next.startTimeStampMsec,
      endMs: next.endTimeStampMsec,
      count: next.totalCount,
      p50: next.getValueAtPercentile(50),
      p99: next.getValueAtPercentile(99),
    });
    next = reader.nextIntervalHistogram();
  }
  return intervals;
}

/** What deflate makes of the same bytes may differ from version to version. */
const withoutHistograms = (log: string): string =>
  log.replace(/,([^,\n]+)$/gm, (whole, encoded: string) => {
    if (!encoded.startsWith('HISTF')) return whole;
    const histogram = decodeFromCompressedBase64(encoded);
    return `,${histogram.totalCount} values, p50 ${histogram.getValueAtPercentile(50)}`;
  });

describe('a result as an interval log of HdrHistogram', () => {
  it('as in the golden file, but for the encoding', () =>
    assertGolden('export.hdr.txt', withoutHistograms(hdrExport(exportFixture()))));

  it('has the percentiles of each trial by another reader, but for those above the maximum', () => {
    const result = testResult();
    const trials = parseCsvRecords(trialsCsv(result)).filter(({ status }) => status === 'ok');
    const intervals = read(hdrExport(result));
    let compared = 0;
    for (const times of ['latency', 'wait', 'hold']) {
      const prefix = times === 'latency' ? '' : `${times}_`;
      const of = (tag: string) => intervals.filter((interval) => interval.tag === tag);
      for (const { strategy = '', role = '', op = '', trial } of trials) {
        const tag = ['fault-storm', strategy, role, op, times].map(encodeURIComponent).join('/');
        const found = of(tag)[Number(trial) - 1];
        const row = trials.find(
          (one) =>
            one.strategy === strategy && one.role === role && one.op === op && one.trial === trial,
        );
        const p99 = row?.[`${prefix}p99_ns`];
        // Ours are no greater than the longest time that there was.
        const max = Number(row?.[`${prefix}max_ns`]);
        const theirs = found === undefined ? '' : String(Math.min(found.p99, max));
        assert.equal(theirs, p99, `${tag} ${trial ?? ''}`);
        if (found !== undefined) compared++;
      }
    }
    assert.equal(compared, intervals.length);
  });

  it('counts operations that did not wait as waits of 0', () => {
    const wait = read(hdrExport(testResult())).find(
      ({ tag }) => tag === 'fault-storm/rwsem-spin/faulter/fault/wait',
    );
    assert.ok(wait !== undefined && wait.count > 1200 && wait.p50 === 0 && wait.p99 > 0);
  });

  it('has trials one after another, after the start of the run', () => {
    const result = exportFixture();
    const intervals = read(hdrExport(result));
    const started = Date.parse(fixtureEnvironment.started);
    assert.equal(intervals[0]?.startMs, started + 300);
    assert.equal(intervals[0].endMs, started + 800);
    for (const [index, { startMs }] of intervals.entries()) {
      const before = intervals[index - 1];
      assert.ok(before === undefined || startMs === before.startMs || startMs > before.endMs);
    }
  });

  it('has no line where nothing was timed', () => {
    const tags = read(hdrExport(namedResult('mutex', [200]))).map(({ tag }) => tag);
    assert.deepEqual(
      tags,
      ['latency', 'wait'].map((times) => `fault-storm/mutex/faulter/fault/${times}`),
    );
  });

  it('gives every name back', () => {
    const name = fc.string({ unit: fc.constantFrom(...hostileCharacters), minLength: 1 });
    fc.assert(
      fc.property(name, (label) => {
        const log = hdrExport(namedResult(label, [200], { label }));
        const tag = `fault-storm/${label}/faulter/fault/latency`;
        assert.equal(read(log)[0]?.tag.split('/').map(decodeURIComponent).join('/'), tag);
        assert.equal(listTags(log).length, 2);
      }),
    );
  });
});
