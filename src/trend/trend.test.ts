import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { History, HistoryRun } from './history.js';
import { leastRuns, strategiesOf, trendOf, type Trend, type TrendOptions } from './trend.js';

const options: TrendOptions = {
  absolute: false,
  leastChange: undefined,
  strategies: undefined,
  workloads: undefined,
};

const arm = '(A/A) rwsem-spin';

/** A run in which `mutex` has this ratio, and the A/A arm that one. */
function run(index: number, ratio: number | null, noise: number | null = null): HistoryRun {
  const observation = { metric: 'throughput', value: 1e6, few: false };
  return {
    file: `run-${index}.json`,
    started: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
    label: null,
    commit: null,
    blocks: 6,
    observations: [
      { ...observation, strategy: 'rwsem-spin', repeats: null, ratio: null },
      ...(noise === null
        ? []
        : [{ ...observation, strategy: arm, repeats: 'rwsem-spin', ratio: noise }]),
      {
        ...observation,
        strategy: 'mutex',
        repeats: null,
        ratio,
        value: ratio === null ? null : ratio * 1e6,
      },
    ],
  };
}

function history(runs: readonly HistoryRun[], changes: Partial<History> = {}): History {
  return {
    fingerprint: { kernel: '6.8' },
    workload: 'fault-storm',
    engine: 'threads',
    threads: 4,
    reference: 'rwsem-spin',
    role: 'faulter',
    metrics: [{ name: 'throughput', op: null, unit: 'fault/s', better: 'higher' }],
    runs,
    ...changes,
  };
}

const trendWith = (of: History | readonly History[], changes: Partial<TrendOptions> = {}): Trend =>
  trendOf({ histories: [of].flat(), leftOut: [] }, { ...options, ...changes });

const mutexOf = (trend: Trend) => {
  const found = trend.groups[0]?.series.find(({ strategy }) => strategy === 'mutex');
  assert.ok(found);
  return found;
};

/** So many runs at one level and so many at another, with noise of a percent either way. */
const step = (before: number, after: number, from: number, to: number): HistoryRun[] =>
  Array.from({ length: before + after }, (_, index) =>
    run(index, (index < before ? from : to) * (index % 2 === 0 ? 1.01 : 0.99)),
  );

describe('trendOf', () => {
  it('finds a step at the run at which it is, with the levels on both sides', () => {
    const series = mutexOf(trendWith(history(step(10, 8, 0.8, 0.6))));
    assert.equal(series.changes.length, 1);
    const [change] = series.changes;
    assert.equal(change?.last.file, 'run-9.json');
    assert.equal(change.first.file, 'run-10.json');
    assert.ok(Math.abs(change.before - 0.8) < 0.01 && Math.abs(change.after - 0.6) < 0.01);
    assert.ok(Math.abs(change.ratio - 0.75) < 0.01);
    assert.ok(Math.abs((series.now ?? 0) - 0.6) < 0.01);
  });

  it('takes as little as was asked for, else the usual margin', () => {
    const small = history(step(10, 10, 0.8, 0.76));
    assert.deepEqual(mutexOf(trendWith(small)).changes, []);
    assert.deepEqual(mutexOf(trendWith(small)).least, { share: 0.1, from: 'usual', arms: 0 });
    const asked = mutexOf(trendWith(small, { leastChange: 0.03 }));
    assert.equal(asked.changes[0]?.at, 10);
    assert.equal(asked.least.from, 'asked');
  });

  it('takes what ten or more A/A arms differed by, of ratios alone', () => {
    const noisy = step(10, 10, 0.8, 0.6).map(({ observations }, index) => {
      const mutex = observations.find(({ strategy }) => strategy === 'mutex')?.ratio ?? 0;
      return run(index, mutex, index % 2 === 0 ? 1.1 : 0.7);
    });
    const { least, changes } = mutexOf(trendWith(history(noisy)));
    assert.equal(least.from, 'floor');
    assert.equal(least.arms, 20);
    // |ln 1.1| and |ln 0.7| in equal parts: Q3 + 3·IQR = ln(1/0.7) + 3·(ln(1/0.7) − ln 1.1).
    const third = Math.log(1 / 0.7);
    assert.ok(Math.abs(least.share - Math.expm1(third + 3 * (third - Math.log(1.1)))) < 1e-9);
    assert.deepEqual(changes, [], 'less than the floor');
    assert.equal(mutexOf(trendWith(history(noisy.slice(0, 9)))).least.from, 'usual');
    assert.equal(mutexOf(trendWith(history(noisy), { absolute: true })).least.from, 'usual');
  });

  it('has no rows of the reference but in absolute figures', () => {
    const runs = step(10, 10, 0.8, 0.6);
    const names = (trend: Trend) => trend.groups[0]?.series.map(({ strategy }) => strategy);
    assert.deepEqual(names(trendWith(history(runs))), ['mutex']);
    const absolute = trendWith(history(runs), { absolute: true });
    assert.deepEqual(names(absolute), ['rwsem-spin', 'mutex']);
    assert.equal(mutexOf(absolute).points[0]?.value, 0.8 * 1.01 * 1e6);
    assert.equal(mutexOf(absolute).changes[0]?.at, 10);
  });

  it(`looks for nothing in fewer than ${leastRuns} runs`, () => {
    const short = mutexOf(trendWith(history(step(6, 5, 0.8, 0.4))));
    assert.equal(short.tested, false);
    assert.deepEqual(short.changes, []);
    assert.equal(short.points.length, 11);
    assert.equal(mutexOf(trendWith(history(step(6, 6, 0.8, 0.4)))).changes.length, 1);
  });

  it('leaves out runs without a value, and still names the right ones', () => {
    const runs = step(10, 10, 0.8, 0.6).map((each, index) =>
      [3, 9, 10].includes(index)
        ? run(index, index === 3 ? null : index === 9 ? 0 : Infinity)
        : each,
    );
    const { points, changes } = mutexOf(trendWith(history(runs)));
    assert.equal(points.length, 17);
    assert.equal(changes[0]?.last.file, 'run-8.json');
    assert.equal(changes[0].first.file, 'run-11.json');
  });

  it('says in what a history differs from the newest of its workload', () => {
    const older = history(step(2, 0, 1, 1), { fingerprint: { kernel: '6.1' } });
    const other = history(step(2, 0, 1, 1), { workload: 'other', fingerprint: { kernel: '5.4' } });
    const { groups } = trendWith([older, history(step(2, 0, 1, 1)), other]);
    assert.deepEqual(groups[0]?.differs, [{ field: 'kernel', base: '6.1', head: '6.8' }]);
    assert.deepEqual(groups[1]?.differs, []);
    assert.deepEqual(groups[2]?.differs, []);
    const one = trendWith([older, other], { workloads: ['other'] });
    assert.deepEqual(
      one.groups.map((group) => group.history.workload),
      ['other'],
    );
  });

  it('does not depend on the scale: ratios turned over have the same changes, turned over', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 12, maxLength: 40 }),
        (ratios) => {
          const changesOf = (list: readonly number[]) =>
            mutexOf(trendWith(history(list.map((ratio, index) => run(index, ratio))))).changes;
          const changes = changesOf(ratios);
          const turned = changesOf(ratios.map((ratio) => 1 / ratio));
          assert.deepEqual(
            turned.map(({ at }) => at),
            changes.map(({ at }) => at),
          );
          turned.forEach(({ ratio }, index) => {
            assert.ok(Math.abs(ratio * (changes[index]?.ratio ?? 0) - 1) < 1e-9);
          });
        },
      ),
    );
  });
});

it('strategiesOf lists what any run had, the A/A arm last', () => {
  assert.deepEqual(strategiesOf({ runs: [run(0, 1, 1)] }), ['rwsem-spin', 'mutex', arm]);
});
