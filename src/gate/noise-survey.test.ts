import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testResult, testWorkload } from '../results/result.test-support.js';
import { blocksToResolve, resolvableAt } from '../stats/resolvable.js';
import { surveyNoise } from './noise-survey.js';

describe('surveyNoise', () => {
  const [throughput, p99] = surveyNoise(testResult({ workloads: [testWorkload({}, 12)] }));

  it('measures how far the reference differs from itself, in throughput and p99', () => {
    assert.ok(throughput && p99);
    assert.deepEqual([throughput.metric, p99.metric], ['throughput', 'p99']);
    for (const { blocks, floor, ratio, reason, spread } of [throughput, p99]) {
      assert.equal(blocks, 12);
      assert.ok(ratio !== null && Math.abs(ratio.value - 1) < 0.05);
      assert.ok(floor !== null && floor > 0 && floor < 0.1);
      assert.ok(spread !== null && spread > 0 && spread < 0.1);
      assert.equal(reason, '');
    }
  });

  it('says which change so many blocks resolve, and how many a margin takes', () => {
    const spread = throughput?.spread ?? 0;
    assert.deepEqual(throughput?.resolvable, [
      { blocks: 9, change: resolvableAt(spread, 9) },
      { blocks: 20, change: resolvableAt(spread, 20) },
      { blocks: 30, change: resolvableAt(spread, 30) },
    ]);
    // No fewer than 7 blocks pass a sign test at the 1 % of the first look.
    assert.deepEqual(throughput.margins, [
      { host: 'shared', margin: 0.1, blocks: Math.max(7, blocksToResolve(spread, 0.1)) },
      { host: 'dedicated', margin: 0.03, blocks: Math.max(7, blocksToResolve(spread, 0.03)) },
    ]);
    assert.deepEqual(
      p99?.margins.map(({ margin }) => margin),
      [0.25, 0.1],
    );
  });

  it('knows nothing where nothing was measured, or no arm ran', () => {
    const [none] = surveyNoise(testResult({ workloads: [testWorkload({ trials: [] })] }));
    assert.deepEqual(
      [none?.blocks, none?.ratio, none?.floor, none?.spread, none?.reason],
      [0, null, null, null, ''],
    );
    assert.equal(none?.margins[0]?.blocks, null);
    const workload = testWorkload();
    const strategies = workload.strategies.filter(({ repeats }) => repeats === null);
    assert.deepEqual(surveyNoise({ workloads: [{ ...workload, strategies }] }), []);
  });

  it('says of a percentile that no gate would judge it', () => {
    const workload = testWorkload({}, 6);
    const trials = workload.trials.map((trial) => {
      const rows = trial.rows.map((row) => {
        const counts = row.latency.counts.map((count) => Math.min(1, count));
        return { ...row, latency: { ...row.latency, counts } };
      });
      return { ...trial, rows };
    });
    const [rate, time] = surveyNoise({ workloads: [{ ...workload, trials }] });
    assert.equal(rate?.reason, '');
    assert.match(
      time?.reason ?? '',
      /^\d+ samples above it in a trial, and it takes 100: run longer/,
    );
  });
});
