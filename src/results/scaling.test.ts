import assert from 'node:assert/strict';
import { test } from 'node:test';
import { throughputAt } from '../stats/scalability.js';
import { testRow } from './result.test-support.js';
import { scalingOf, type ScalingCurve } from './scaling.js';
import { testCell, testLaws, testSweep } from './sweep.test-support.js';

function curveOf(curves: readonly ScalingCurve[] | undefined, strategy: string): ScalingCurve {
  const found = curves?.find((curve) => curve.strategy === strategy);
  assert.ok(found !== undefined, strategy);
  return found;
}

test('curves have the throughput of each number of CPUs, and the law that made them', () => {
  const { groups } = scalingOf(testSweep());
  assert.equal(groups.length, 1);
  const [group] = groups;
  assert.deepEqual(group?.cpus, [1, 2, 4, 8, 16, 32]);
  assert.deepEqual(group.headline, { role: 'worker', op: 'section', unit: 'section/s' });
  for (const [strategy, law] of Object.entries(testLaws)) {
    const { points, fit } = curveOf(group.curves, strategy);
    for (const { cpus, throughput, speedup } of points) {
      const wanted = throughputAt(law, cpus);
      assert.ok(Math.abs(throughput.value / wanted - 1.0025) < 1e-4, `${strategy} at ${cpus}`);
      if (cpus === 1) assert.equal(speedup, null);
      else assert.ok(Math.abs((speedup?.value ?? 0) / (wanted / 1e6) - 1) < 1e-4);
    }
    assert.ok(Math.abs((fit?.sigma.value ?? 0) - law.sigma) < 1e-3);
    assert.ok(Math.abs((fit?.kappa.value ?? 1) - law.kappa) < 1e-4);
  }
});

test('each strategy peaks where it was fastest, and by the law', () => {
  const [group] = scalingOf(testSweep()).groups;
  const peaked = curveOf(group?.curves, 'peaked');
  assert.deepEqual(peaked.peak, { cpus: 8, notSeparated: [], atEnd: false });
  assert.ok(Math.abs((peaked.fit?.peak.value ?? 0) - Math.sqrt(95)) < 0.1);
  const bounded = curveOf(group?.curves, 'bounded');
  assert.deepEqual(bounded.peak, { cpus: 32, notSeparated: [], atEnd: true });
});

test('numbers of CPUs whose blocks overlap are not separated from the peak', () => {
  const twin = testCell(16);
  const trials = twin.trials.map((trial) => {
    const like = testCell(8).trials.find(
      ({ block, strategy }) => block === trial.block && strategy === trial.strategy,
    );
    const [count = 0] = like?.rows[0]?.counts ?? [];
    const shifted = Math.round(count * (trial.block % 2 === 0 ? 0.99 : 1.005));
    return { ...trial, rows: [testRow('worker', 'section', { counts: [shifted] })] };
  });
  const cells = [testCell(4), testCell(8), { ...twin, trials }];
  const [group] = scalingOf(testSweep([4, 8, 16], cells)).groups;
  assert.deepEqual(curveOf(group?.curves, 'peaked').peak, {
    cpus: 8,
    notSeparated: [16],
    atEnd: false,
  });
  assert.equal(curveOf(group?.curves, 'peaked').fit, null);
});

test('a cell that has not run is no point, and other knobs make curves of their own', () => {
  const knob = (cpus: number, think: string, trials = testCell(cpus).trials) =>
    testCell(cpus, {
      name: `tiny[cpus=${cpus},think=${think}]`,
      cell: { name: `cpus=${cpus},think=${think}`, values: { cpus, think } },
      trials,
    });
  const cells = [knob(1, '0us'), knob(1, '5us'), knob(2, '0us'), knob(2, '5us', [])];
  const { groups } = scalingOf(testSweep([1, 2], cells));
  assert.deepEqual(
    groups.map(({ name, cpus, curves }) => [
      name,
      cpus,
      curves.map(({ points }) => points.map((point) => point.cpus)),
    ]),
    [
      [
        'tiny[think=0us]',
        [1, 2],
        [
          [1, 2],
          [1, 2],
        ],
      ],
      ['tiny[think=5us]', [1, 2], [[1], [1]]],
    ],
  );
});
