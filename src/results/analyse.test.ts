import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Trial } from '../engines/trial.js';
import { Counters, Events } from '../machine/counters.js';
import { analyse } from './analyse.js';
import type { WorkloadAnalysis } from './analysis.js';
import { parseResult } from './load.js';
import type { NoteType } from './notes.js';
import type { WorkloadResult } from './result.js';
import {
  histogramOf,
  testArm,
  testPlan,
  testResult,
  testRoles,
  testStrategy,
  testTrial,
  testWorkload,
  type HostResult,
} from './result.test-support.js';
import { resultText } from './save.js';

function only(workload: WorkloadResult, changes: Partial<HostResult> = {}): WorkloadAnalysis {
  const [analysis] = analyse(testResult({ ...changes, workloads: [workload] })).workloads;
  assert.ok(analysis);
  return analysis;
}

const whole = testWorkload();
const editTrials = (edit: (trial: Trial) => Trial): WorkloadResult => ({
  ...whole,
  trials: whole.trials.map(edit),
});
const typesOf = (analysis: WorkloadAnalysis): NoteType[] => analysis.notes.map(({ type }) => type);

describe('analyse', () => {
  const analysis = only(whole);
  const row = (strategy: string) => {
    const found = analysis.strategies.find((candidate) => candidate.strategy === strategy);
    assert.ok(found);
    return found;
  };

  it('has a row for each strategy, refused ones included, the A/A arm last', () => {
    assert.deepEqual(
      analysis.strategies.map(({ strategy, status, repeats }) => [strategy, status, repeats]),
      [
        ['mutex', 'ok', null],
        ['rwsem-spin', 'ok', null],
        ['rwlock', 'unsupported', null],
        ['qrwlock', 'ok', null],
        ['(A/A) rwsem-spin', 'ok', 'rwsem-spin'],
      ],
    );
    assert.equal(row('rwlock').measured, null);
    assert.match(row('rwlock').reason ?? '', /notifier sleeps/);
  });

  it('finds the ratios that were put in, whatever moved whole blocks', () => {
    const mutex = row('mutex').measured;
    const qrwlock = row('qrwlock').measured;
    assert.ok(mutex?.throughputRatio && mutex.p99Ratio && qrwlock?.throughputRatio);
    assert.ok(Math.abs(mutex.throughputRatio.value - 0.6) < 0.02);
    assert.ok(Math.abs(mutex.p99Ratio.value - 2) < 0.1);
    assert.ok(Math.abs(qrwlock.throughputRatio.value - 1.3) < 0.04);
    // The blocks themselves differ by a factor of three.
    assert.ok((mutex.throughput.high ?? 0) / (mutex.throughput.low ?? 1) > 1.2);
    assert.equal(row('rwsem-spin').measured?.throughputRatio, null);
  });

  it('names the winner, the A/A verdict and what can be resolved', () => {
    assert.equal(analysis.fastest.type === 'winner' && analysis.fastest.strategy, 'qrwlock');
    assert.equal(analysis.fastest.type === 'winner' && analysis.fastest.runnerUp, 'rwsem-spin');
    assert.equal(analysis.repeatArm?.ok, true);
    const { throughput } = analysis.resolvable;
    assert.ok(throughput !== null && throughput > 0.001 && throughput < 0.1, `${throughput}`);
    assert.equal(analysis.comparisons, 6);
  });

  it('does not name a winner between strategies that are not separated', () => {
    const { fastest } = only({
      ...whole,
      strategies: [testArm('rwsem-spin'), testArm('(A/A) rwsem-spin')],
    });
    assert.equal(fastest.type, 'not-separated');
    assert.equal(fastest.strategies.length, 2);
  });

  it('leaves `private` out of the race', () => {
    const strategies = whole.strategies.map((arm) =>
      arm.strategy.name === 'qrwlock'
        ? { ...arm, strategy: testStrategy('qrwlock', { granularity: 'private' }) }
        : arm,
    );
    const { fastest } = only({ ...whole, strategies });
    assert.equal(fastest.type === 'winner' && fastest.strategy, 'rwsem-spin');
  });

  it('has an A/A arm that fails when its twin differs', () => {
    const { repeatArm } = only(
      editTrials((trial) =>
        trial.strategy.startsWith('(A/A)') ? { ...trial, seconds: trial.seconds * 1.2 } : trial,
      ),
    );
    assert.equal(repeatArm?.ok, false);
  });

  it('shows rows of operations with waits that count zeros, ages and marks', () => {
    const find = (role: string, op: string) => {
      const found = analysis.operations.find(
        (candidate) =>
          candidate.strategy === 'mutex' && candidate.role === role && candidate.op === op,
      );
      assert.ok(found);
      return found;
    };
    assert.equal(analysis.operations.length, 4 * 5);
    assert.equal(find('faulter', 'fault').waitP99.mark, 'few');
    assert.equal(find('faulter', 'fault').p99.mark, 'sound');
    assert.equal(find('faulter', 'refill').p99.mark, 'none');
    assert.equal(find('mapper', 'munmap').maxIsAge, true);
    assert.equal(find('mapper', 'mmap').gap, 8);
    assert.equal(find('mapper', 'mmap').openLoop, true);
    assert.equal(find('faulter', 'fault').openLoop, false);
  });

  it('marks times under three steps of the clock', () => {
    const step = { ...whole.harness, clockStepNs: 1000 };
    const harness = whole.harness === null ? null : { ...whole.harness, ...step };
    const slow = only({ ...whole, harness });
    assert.ok(typesOf(slow).includes('timer'));
    assert.equal(slow.strategies[0]?.measured?.p99.mark, 'timer');
  });

  it('counts a role with several operations in rounds, and the headline is the main role', () => {
    const roles = testRoles.map((role) => ({ ...role, main: role.name === 'mapper' }));
    const mapper = only({ ...whole, plan: testPlan({ roles }) });
    assert.deepEqual(mapper.headline, { role: 'mapper', op: 'mmap', unit: 'rounds/s' });
    const trial = whole.trials.find(({ strategy }) => strategy === 'rwsem-spin');
    const mmaps = trial?.rows.find(({ op }) => op === 'mmap')?.counts[0] ?? 0;
    const [first] = mapper.strategies[1]?.measured?.blockThroughput ?? [];
    assert.equal(first, mmaps / 0.5);
    assert.deepEqual(analysis.headline, { role: 'faulter', op: 'fault', unit: 'fault/s' });
  });

  it('uses only blocks that finished, and says so', () => {
    const cut = only({
      ...whole,
      trials: whole.trials.filter(
        ({ block, position }) => block < 3 || (block === 3 && position < 2),
      ),
    });
    assert.equal(cut.blocks, 2);
    assert.equal(cut.blocksPlanned, 12);
    assert.equal(cut.strategies[0]?.measured?.throughputRatio?.low, null);
    assert.ok(typesOf(cut).includes('incomplete'));
    assert.ok(typesOf(cut).includes('few-blocks'));
    const none = only({ ...whole, trials: [] });
    assert.equal(none.strategies[0]?.measured, null);
    assert.equal(none.fastest.type, 'none');
    assert.deepEqual(none.operations, []);
  });

  it('is the same from the saved file', () => {
    const result = testResult({ workloads: [testWorkload({}, 7)] });
    const loaded = parseResult(resultText(result), 'r.json');
    assert.ok(loaded.ok);
    assert.equal(JSON.stringify(analyse(loaded.result)), JSON.stringify(analyse(result)));
  });

  it('lists faults of every trial, unfinished blocks included', () => {
    const { faults } = only({
      ...whole,
      trials: [testTrial('mutex', 99, { faults: ['frame 7 is mapped twice'] })],
    });
    assert.deepEqual(faults, [{ strategy: 'mutex', block: 99, text: 'frame 7 is mapped twice' }]);
  });

  it('bears a strategy that finished nothing', () => {
    const starved = only(
      editTrials((trial) => ({
        ...trial,
        rows: trial.rows.map((row) =>
          trial.strategy === 'mutex' && row.role === 'faulter'
            ? { ...row, counts: [0, 0, 0], latency: histogramOf([]), wait: histogramOf([]) }
            : row,
        ),
      })),
    );
    const mutex = starved.strategies[0]?.measured;
    assert.equal(mutex?.throughput.value, 0);
    assert.equal(mutex.throughputRatio?.value, 0);
    assert.equal(mutex.p99.estimate, null);
    assert.equal(mutex.fairness, null);
    assert.ok(typesOf(starved).includes('starved'));
  });

  it('takes nothing from a trial whose threads were given no CPU', () => {
    const halted = (share: number) =>
      only(
        editTrials((trial) =>
          trial.strategy === 'mutex' && trial.block <= 8
            ? {
                ...trial,
                queuedShare: share,
                rows: trial.rows.map((row) => ({ ...row, counts: row.counts.map(() => 0) })),
              }
            : trial,
        ),
      );
    const kept = halted(0.9);
    assert.ok((kept.strategies[0]?.measured?.throughput.value ?? 0) > 0);
    assert.ok(typesOf(kept).includes('no-cpu'));
    assert.ok(!typesOf(kept).includes('starved'));
    // Where the threads had their CPUs, nothing is what the strategy did.
    const still = halted(0.1);
    assert.equal(still.strategies[0]?.measured?.throughput.value, 0);
    assert.ok(!typesOf(still).includes('no-cpu'));
  });
});

describe('notes', () => {
  const has = (
    type: NoteType,
    workload: WorkloadResult,
    changes: Partial<HostResult> = {},
  ): void => {
    const found = only(workload, changes).notes.filter((note) => note.type === type);
    assert.ok(found.length > 0, `no note of type ${type}`);
    for (const note of found) assert.match(note.text, /\S/);
    if (type !== 'unsupported' && type !== 'sampled' && type !== 'model') {
      assert.ok(!quiet.has(type), `${type} without a reason`);
    }
  };
  const quiet = new Set(typesOf(only(whole)));
  const environment = testResult({ workloads: [] }).environment;

  it('tell what went wrong in trials', () => {
    has(
      'unsteady',
      editTrials((trial) => ({ ...trial, unsteady: trial.block === 2 })),
    );
    has(
      'drift',
      editTrials((trial) => ({ ...trial, slices: [10, 10, 10, 7, 7, 7] })),
    );
    const counters = {
      mmap_lock: Object.assign(new Counters(), { acquisitions: 99, spinYields: 1 }),
    };
    has(
      'oversubscribed',
      editTrials((trial) => ({ ...trial, counters })),
    );
    const events = Object.assign(new Events(), { missedHits: 2, shootdowns: 1 });
    has(
      'missed-hits',
      editTrials((trial) => ({ ...trial, events })),
    );
    has(
      'few-exceedances',
      editTrials((trial) => ({
        ...trial,
        rows: trial.rows.map((row) => ({ ...row, latency: histogramOf([500, 600, 700]) })),
      })),
    );
  });

  it('tell what the run could not show', () => {
    has('unsupported', whole);
    has('sampled', whole);
    has('model', whole);
    const space = { ...testPlan().space, notifierShare: 0.5, notifierNs: 10_000 };
    has('short-sleeps', { ...whole, plan: testPlan({ space }) });
    has('engine', { ...whole, notes: ['this and that'] });
  });

  it('tell what the machine was doing', () => {
    has('steal', whole, { environment: { ...environment, stealShare: 0.2 } });
    has('load', whole, { environment: { ...environment, load: [3, 1, 1] } });
    has('governor', whole, { environment: { ...environment, governor: 'powersave' } });
  });

  it('tell nothing of this machine where it was simulated', () => {
    const simulated = { ...testResult({ workloads: [whole] }), environment: null };
    const types = analyse(simulated).workloads.flatMap(typesOf);
    assert.deepEqual(
      types.filter((type) => ['steal', 'load', 'governor', 'model'].includes(type)),
      [],
    );
    assert.ok(typesOf(only(whole)).includes('model'));
  });
});
