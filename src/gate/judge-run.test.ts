import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pacedTrial, testArm, testWorkload } from '../results/result.test-support.js';
import type { WorkloadResult } from '../results/result.js';
import type { Gate, GateMargin } from '../workload/gate.js';
import type { ComparedCell, Comparison } from './comparison.js';
import { judgeRun } from './judge-run.js';
import { countVerdicts, couldDecide, outcomeOf } from './outcome.js';

const margin = (metric: string, changes: Partial<GateMargin> = {}): GateMargin => ({
  strategy: null,
  role: 'faulter',
  op: metric === 'p99' ? 'fault' : null,
  metric,
  margin: 0.1,
  place: { line: 7, column: 3 },
  ...changes,
});

const throughput = [margin('throughput')];

/** A run of strategies by how fast they are; the reference is 1, and there is an A/A arm unless told. */
function run(
  paces: Readonly<Record<string, number>>,
  blocks = 30,
  changes: Partial<WorkloadResult> = {},
): WorkloadResult {
  const all: Readonly<Record<string, number>> = { ref: 1, ...paces, '(A/A) ref': 1 };
  const labels = Object.keys(all);
  const trialsOf = (count: number) =>
    Array.from({ length: count }, (_, block) =>
      labels.map((label) =>
        pacedTrial(label, block + 1, {
          throughput: all[label] ?? 1,
          latency: 1 / (all[label] ?? 1),
        }),
      ),
    ).flat();
  return testWorkload({
    reference: 'ref',
    strategies: labels.map((label) =>
      testArm(label, { repeats: label.startsWith('(A/A)') ? 'ref' : null }),
    ),
    orders: Array.from({ length: blocks }, () => labels.map((_, index) => index)),
    firstLook: blocks,
    trials: trialsOf(blocks),
    ...changes,
  });
}

const judge = (workload: WorkloadResult, margins = throughput, gate: Partial<Gate> = {}) =>
  judgeRun(
    [{ workload, gate: { margins, ignore: [], inconclusive: 'fail', ...gate } }],
    true,
    'shared',
    'threads',
  );

const cellOf = ({ cells }: Comparison, strategy: string): ComparedCell => {
  const found = cells.find((cell) => cell.strategy === strategy);
  assert.ok(found);
  return found;
};

describe('judgeRun', () => {
  it('tells worse, better and not worse apart, by throughput and by latency', () => {
    const workload = run({ slow: 0.7, fast: 1.4, equal: 1 });
    for (const metric of ['throughput', 'p99', 'mean']) {
      const at = metric === 'throughput' ? null : 'fault';
      const comparison = judge(workload, [margin(metric, { op: at })]);
      assert.equal(cellOf(comparison, 'slow').verdict, 'regressed', metric);
      assert.equal(cellOf(comparison, 'fast').verdict, 'improved', metric);
      assert.equal(cellOf(comparison, 'equal').verdict, 'ok', metric);
      assert.equal(outcomeOf(comparison), 'regressed');
    }
    const slow = cellOf(judge(workload), 'slow');
    assert.ok(slow.change !== null && Math.abs(slow.change.value - 0.7) < 0.02);
    assert.ok(slow.change.low !== null && slow.change.high !== null && slow.change.high < 0.75);
    assert.deepEqual(slow.place, { file: 'workloads/fault-storm.yaml', line: 7, column: 3 });
    assert.ok((slow.pWorse ?? 1) < 1e-6);
  });

  it('has no opinion where the change lies at the margin, and says how many blocks it would take', () => {
    const comparison = judge(run({ near: 0.9 }));
    const near = cellOf(comparison, 'near');
    assert.equal(near.verdict, 'inconclusive');
    assert.ok(near.blocksNeeded === null || near.blocksNeeded >= 30);
    assert.equal(outcomeOf(comparison), 'inconclusive');
    assert.ok(couldDecide(comparison));
    assert.equal(outcomeOf({ ...comparison, inconclusive: 'warn' }), 'ok');
  });

  it('decides at the first look where it can, and else with all blocks', () => {
    // 9 of 9 blocks give p = .002; 5 of 5 give .03, which the first look does not take for enough.
    const early = judge(run({ slow: 0.5 }, 9));
    assert.equal(cellOf(early, 'slow').verdict, 'regressed');
    assert.equal(cellOf(judge(run({ slow: 0.5 }, 5)), 'slow').verdict, 'noisy');
    const open = judge(run({ slow: 0.5 }, 12, { firstLook: 5 }));
    assert.equal(cellOf(open, 'slow').verdict, 'regressed');
  });

  it('does not judge a metric in which the reference differs from itself by more than the margin', () => {
    const comparison = judge(run({ slow: 0.7 }), [margin('throughput', { margin: 0.001 })]);
    const slow = cellOf(comparison, 'slow');
    assert.equal(slow.verdict, 'noisy');
    assert.match(slow.reason, /a margin of .*, or about \d+ blocks/);
    assert.ok((slow.blocksNeeded ?? 0) > 30);
    assert.equal(outcomeOf(comparison), 'inconclusive');
  });

  it('believes a regression only if the second run has it too', () => {
    const workload = run({ slow: 0.7 });
    const again = (pace: number): WorkloadResult => ({
      ...workload,
      confirmation: {
        seed: 1,
        strategies: ['ref', 'slow', '(A/A) ref'],
        orders: workload.orders,
        trials: run({ slow: pace }).trials,
      },
    });
    const confirmed = cellOf(judge(again(0.7)), 'slow');
    assert.deepEqual([confirmed.verdict, confirmed.confirmed], ['regressed', true]);
    const refuted = cellOf(judge(again(1)), 'slow');
    assert.deepEqual([refuted.verdict, refuted.confirmed], ['inconclusive', false]);
    assert.match(refuted.reason, /not in the second/);
    assert.equal(cellOf(judge(workload), 'slow').confirmed, null);
  });

  it('never passes a run in which nothing was judged', () => {
    const nothing = judge(run({ slow: 0.7 }, 30, { trials: [] }));
    assert.deepEqual(nothing.refusals[0], 'fault-storm: no block was finished');
    assert.equal(outcomeOf(nothing), 'not-comparable');
    const alone = judge(run({}));
    assert.deepEqual(alone.refusals, ['fault-storm: no cell has the gated metric throughput']);
    assert.equal(outcomeOf(alone), 'not-comparable');
    const ignored = judge(run({ slow: 0.7 }), throughput, {
      ignore: [{ strategy: 'slow', role: null, op: null, metric: null, place: null }],
    });
    assert.equal(countVerdicts(ignored).ignored, 1);
    assert.equal(outcomeOf(ignored), 'not-comparable');
  });

  it('cannot pass a gated strategy that was refused', () => {
    const workload = run({ slow: 1 });
    const refused = testArm('rwlock', { status: 'unsupported', reason: 'it sleeps' });
    const comparison = judge({ ...workload, strategies: [...workload.strategies, refused] });
    assert.equal(cellOf(comparison, 'rwlock').verdict, 'not-judged');
    assert.equal(outcomeOf(comparison), 'not-comparable');
  });

  it('leaves percentiles with few samples above them out, unless somebody named them', () => {
    const workload = run({ slow: 0.7 });
    const wide = judge(workload, [margin('p99', { role: null, op: null })]);
    const rare = wide.cells.find(({ op }) => op === 'munmap');
    assert.equal(rare?.verdict, 'not-judged');
    assert.equal(outcomeOf(wide), 'regressed');
    const named = judge(workload, [margin('p99', { role: 'mapper', op: 'munmap' })]);
    assert.equal(cellOf(named, 'slow').verdict, 'inconclusive');
    assert.match(cellOf(named, 'slow').reason, /samples above it in a trial/);
    const only = judge(workload, [margin('p99', { role: 'mapper', op: null })]);
    assert.match(only.refusals.join(), /could be judged in no cell/);
  });

  it('shows controls, and does not count them', () => {
    const workload = run({ slow: 0.7, equal: 1 });
    const strategies = workload.strategies.map((each) =>
      each.strategy.name === 'slow'
        ? { ...each, strategy: { ...each.strategy, granularity: 'private' as const } }
        : each,
    );
    const comparison = judge({ ...workload, strategies });
    assert.equal(cellOf(comparison, 'slow').verdict, 'ignored');
    assert.equal(outcomeOf(comparison), 'ok');
  });
});
