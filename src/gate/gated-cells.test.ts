import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testWorkload } from '../results/result.test-support.js';
import type { Gate, GateIgnore, GateMargin } from '../workload/gate.js';
import { gatedCells, missingMetrics, unmatchedIgnores } from './gated-cells.js';

const workload = testWorkload({}, 1);

const margin = (metric: string, changes: Partial<GateMargin> = {}): GateMargin => ({
  strategy: null,
  role: null,
  op: null,
  metric,
  margin: 0.1,
  place: null,
  ...changes,
});

const ignore = (changes: Partial<GateIgnore>): GateIgnore => ({
  strategy: null,
  role: null,
  op: null,
  metric: null,
  place: null,
  ...changes,
});

const gate = (margins: readonly GateMargin[], ignored: readonly GateIgnore[] = []): Gate => ({
  margins,
  ignore: ignored,
  inconclusive: 'fail',
});

const names = (of: Gate): string[] =>
  gatedCells(workload, of).map(
    ({ strategy, role, op, name }) => `${strategy} ${role.name} ${op ?? '*'} ${name}`,
  );

describe('gatedCells', () => {
  it('takes every strategy but the reference and the A/A arm, and roles as a whole', () => {
    assert.deepEqual(names(gate([margin('throughput')])), [
      'mutex faulter * throughput',
      'mutex mapper * throughput',
      'rwlock faulter * throughput',
      'rwlock mapper * throughput',
      'qrwlock faulter * throughput',
      'qrwlock mapper * throughput',
    ]);
  });

  it('looks at times of every operation, but not at what the harness adds', () => {
    assert.deepEqual(names(gate([margin('p99', { strategy: 'mutex' })])), [
      'mutex faulter fault p99',
      'mutex mapper mmap p99',
      'mutex mapper fault p99',
      'mutex mapper munmap p99',
    ]);
    assert.deepEqual(names(gate([margin('p99', { strategy: 'mutex', op: 'refill' })])), [
      'mutex faulter refill p99',
    ]);
  });

  it('lets the most specific entry win, and of equals the later', () => {
    const margins = [
      margin('p99', { role: 'faulter', op: 'fault', margin: 0.1 }),
      margin('p99', { margin: 0.25 }),
      margin('p99', { role: 'mapper', margin: 0.3 }),
      margin('p99', { op: 'munmap', margin: 0.4 }),
    ];
    const found = gatedCells(workload, gate(margins))
      .filter(({ strategy }) => strategy === 'mutex')
      .map(({ role, op, margin: { margin: value } }) => `${role.name} ${op ?? ''} ${value}`);
    assert.deepEqual(found, [
      'faulter fault 0.1',
      'mapper mmap 0.3',
      'mapper fault 0.3',
      'mapper munmap 0.4',
    ]);
  });

  it('keeps what is ignored, and says by which entry', () => {
    const entry = ignore({ strategy: 'mutex', metric: 'throughput' });
    const cells = gatedCells(workload, gate([margin('throughput'), margin('p99')], [entry]));
    for (const cell of cells) {
      const expected = cell.strategy === 'mutex' && cell.name === 'throughput' ? entry : null;
      assert.equal(cell.ignore, expected);
    }
  });

  it('finds entries that ignore nothing, and metrics that no cell has', () => {
    const lost = ignore({ strategy: 'nobody' });
    const of = gate([margin('p99', { role: 'faulter', op: 'munmap' })], [lost]);
    assert.deepEqual(unmatchedIgnores(workload, of), [lost]);
    assert.deepEqual(missingMetrics(workload, of), ['p99']);
  });
});
