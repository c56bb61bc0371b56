import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryDirectory } from '../cli/e2e.test-support.js';
import { fingerprintOf } from '../results/fingerprint.js';
import { pacedTrial, testResult, testWorkload } from '../results/result.test-support.js';
import { resultText } from '../results/save.js';
import type { Gate, GateMargin } from '../workload/gate.js';
import { autoPlaces, settleAuto } from './auto-margins.js';
import { judgeRun } from './judge-run.js';

const margin = (metric: string, changes: Partial<GateMargin> = {}): GateMargin => ({
  ...{ strategy: null, role: 'faulter', op: null, metric, margin: 'auto', place: null },
  ...changes,
});

const gateOf = (...margins: readonly GateMargin[]): Gate => ({
  margins,
  ignore: [],
  inconclusive: 'fail',
});

const repeat = '(A/A) rwsem-spin';
const blocks = 4;

/** A run whose A/A arm has this throughput, relative to what it repeats. */
function runWith(arm: number, reference = 'rwsem-spin') {
  const trials = Array.from({ length: blocks }, (_, block) =>
    ['mutex', 'rwsem-spin', 'qrwlock', repeat].map((label) => {
      // Blocks without noise: the pace alone decides.
      const trial = pacedTrial('any', block + 1, { throughput: 1, latency: 1 });
      const rows = trial.rows.map((row) => ({
        ...row,
        counts: row.counts.map((count) => (label === repeat ? count * arm : count)),
      }));
      return { ...trial, rows, strategy: label };
    }),
  ).flat();
  const workload = testWorkload({ reference, trials }, blocks);
  const result = testResult({ workloads: [workload] });
  return { ...result, environment: { ...result.environment, unreadable: [] } };
}

const present = runWith(1);
const [workload = testWorkload()] = present.workloads;
const fingerprint = fingerprintOf(present, workload);

/** Files of earlier runs. */
function filesOf(folder: string, runs: readonly ReturnType<typeof runWith>[]): string[] {
  return runs.map((result, index) => {
    const path = join(folder, `${index}.json`);
    writeFileSync(path, resultText(result));
    return path;
  });
}

const ten = (arms: readonly [number, number], reference?: string) =>
  Array.from({ length: 10 }, (_, index) => runWith(arms[index % 2] ?? 1, reference));

describe('auto', () => {
  it('is about every place that its entries decide, once', () => {
    const places = autoPlaces(
      workload,
      gateOf(
        margin('throughput'),
        margin('p99', { role: null, op: null }),
        margin('p99', { op: 'fault', margin: 0.2 }),
      ),
    );
    assert.deepEqual(
      places.map(({ name, role, op }) => [name, role.name, op]),
      [
        ['throughput', 'faulter', null],
        ['p99', 'mapper', 'mmap'],
        ['p99', 'mapper', 'fault'],
        ['p99', 'mapper', 'munmap'],
      ],
    );
    assert.deepEqual(autoPlaces(workload, gateOf(margin('throughput', { margin: 0.1 }))), []);
  });

  const gate = gateOf(margin('throughput'), margin('p99', { op: 'fault' }));
  const places = autoPlaces(workload, gate);
  const settle = (files: readonly string[]) =>
    settleAuto(places, files, fingerprint, 'rwsem-spin', 'shared');

  it('is the floor of ten earlier A/A arms where that is greater', (t) => {
    const files = filesOf(temporaryDirectory(t), ten([0.8, 1.25]));
    const [throughput, p99] = settle(files);
    // Every arm lies ln 1.25 from 0, so that the floor does too, and a drop by it is one of a fifth.
    assert.ok(Math.abs((throughput?.margin ?? 0) - 0.2) < 1e-3, `${throughput?.margin}`);
    assert.equal(throughput?.from, 'floor');
    assert.equal(throughput.arms, 10);
    assert.deepEqual(p99, {
      ...{ metric: 'p99', role: 'faulter', op: 'fault', margin: 0.25, from: 'usual', arms: 10 },
    });
    const [host] = settleAuto(places, files.slice(0, 9), fingerprint, 'rwsem-spin', 'dedicated');
    assert.deepEqual(host, {
      ...{ metric: 'throughput', role: 'faulter', op: null, margin: 0.03, from: 'usual', arms: 9 },
    });
  });

  it('counts runs of this machine, this workload and this reference alone, and none that is damaged', (t) => {
    const folder = temporaryDirectory(t, { 'damaged.json': '{' });
    const [one, two, three] = ten([0.5, 2]);
    assert.ok(one && two && three);
    const files = filesOf(folder, [
      one,
      { ...two, environment: { ...two.environment, cpus: 99 } },
      { ...three, workloads: three.workloads.map((each) => ({ ...each, text: 'name: else\n' })) },
      runWith(0.5, 'mutex'),
    ]);
    const [throughput] = settle([...files, join(folder, 'damaged.json')]);
    assert.equal(throughput?.arms, 1);
  });

  it('is judged by what was settled, from the result alone', () => {
    const slower = {
      ...workload,
      trials: workload.trials.map((trial) =>
        trial.strategy === 'mutex'
          ? { ...trial, rows: trial.rows.map((row) => ({ ...row, counts: [1, 1, 1] })) }
          : trial,
      ),
    };
    const settled: Gate = {
      ...gateOf(margin('throughput')),
      auto: [
        { metric: 'throughput', role: 'faulter', op: null, margin: 0.33, from: 'floor', arms: 14 },
      ],
    };
    const marginsOf = (of: Gate) =>
      judgeRun([{ workload: slower, gate: of }], true, 'shared', 'threads').cells.map(
        (cell) => cell.margin,
      );
    assert.deepEqual([...new Set(marginsOf(settled))], [0.33]);
    assert.deepEqual([...new Set(marginsOf(gateOf(margin('throughput'))))], [0.1]);
  });
});
