import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { marginOf } from '../gate/margins.js';
import { gatedCells } from '../gate/gated-cells.js';
import { testWorkload } from '../results/result.test-support.js';
import type { Gate, GateMargin } from '../workload/gate.js';
import { settleGate } from './settle-gate.js';

const workload = testWorkload({}, 1);
const { plan } = workload;
const margin = (metric: string, share: number | 'auto'): GateMargin => ({
  ...{ strategy: null, role: 'faulter', op: null, metric, margin: share, place: null },
});
const gate = (margins: readonly GateMargin[]): Gate => ({
  ...{ margins, ignore: [], inconclusive: 'warn' },
});

describe('settleGate', () => {
  it('takes the usual margins of the headline role where nothing is written', () => {
    const { margins, inconclusive } = settleGate(null, plan, { host: 'shared' });
    assert.deepEqual(
      margins.map((each) => [each.role, each.op, each.metric, each.margin]),
      [
        ['faulter', null, 'throughput', 0.1],
        ['faulter', 'fault', 'p99', 0.25],
      ],
    );
    assert.equal(inconclusive, 'fail');
  });

  it('lets flags replace what is written, metric by metric', () => {
    const written = gate([margin('throughput', 0.05), margin('fairness', 0.2)]);
    const settled = settleGate(written, plan, {
      host: 'shared',
      margin: [{ metric: 'throughput', margin: 0.07 }],
      onInconclusive: 'pass',
    });
    assert.deepEqual(
      settled.margins.map((each) => [each.metric, each.margin]),
      [
        ['throughput', 0.07],
        ['fairness', 0.2],
      ],
    );
    assert.equal(settled.inconclusive, 'pass');
  });

  it('keeps what auto was settled as when the result was measured', () => {
    const auto = [
      { metric: 'throughput', role: 'faulter', op: null, margin: 0.18, from: 'floor', arms: 14 },
    ] as const;
    const saved: Gate = { ...gate([margin('throughput', 'auto')]), auto };
    const settled = settleGate(saved, plan, { host: 'shared' });
    const [cell] = gatedCells(workload, settled);
    assert.ok(cell);
    assert.equal(marginOf(cell, settled, 'shared'), 0.18);
  });
});
