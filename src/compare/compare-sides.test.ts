import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComparedCell, Comparison } from '../gate/comparison.js';
import { outcomeOf } from '../gate/outcome.js';
import { testArm, testPlan, testStrategy } from '../results/result.test-support.js';
import type { Gate, GateMargin } from '../workload/gate.js';
import { compareSides } from './compare-sides.js';
import type { CompareOptions } from './court.js';
import { madeUpResult, madeUpSide, madeUpWorkload, type MadeUp } from './sides.test-support.js';

const throughput: GateMargin = {
  ...{ strategy: null, role: 'faulter', op: null, metric: 'throughput', margin: 0.1, place: null },
};
const p99: GateMargin = { ...throughput, op: 'fault', metric: 'p99' };

const gateOf =
  (margins: readonly GateMargin[], changes: Partial<Gate> = {}) =>
  (): Gate => ({ margins, ignore: [], inconclusive: 'fail', ...changes });

const options = (changes: Partial<CompareOptions> = {}): CompareOptions => ({
  ...{ gated: true, allowMismatch: false, metrics: [], strategies: [], host: 'shared' },
  gateOf: gateOf([throughput]),
  ...changes,
});

/** Compares one run with another. */
function compare(base: MadeUp, head: MadeUp, changes: Partial<CompareOptions> = {}): Comparison {
  const sides = [base, head].map((made, index) =>
    madeUpSide(index === 0 ? 'base' : 'head', madeUpResult([made])),
  );
  return only(compareSides(sides[0] ?? never(), sides.slice(1), options(changes)));
}

function never(): never {
  throw new Error('there is one');
}

function only<T>(list: readonly T[]): T {
  const [first] = list;
  assert.equal(list.length, 1);
  return first ?? never();
}

function cellOf({ cells }: Comparison, strategy: string): ComparedCell {
  return cells.find((cell) => cell.strategy === strategy) ?? never();
}

describe('compareSides', () => {
  const rows: readonly [string, MadeUp, MadeUp, string, string][] = [
    ['the same', { paces: { s: 1 } }, { paces: { s: 1 } }, 'ok', 'ok'],
    ['worse within the margin', { paces: { s: 1 } }, { paces: { s: 0.96 } }, 'ok', 'ok'],
    ['worse beyond it', { paces: { s: 1 } }, { paces: { s: 0.7 } }, 'regressed', 'regressed'],
    ['better beyond it', { paces: { s: 1 } }, { paces: { s: 1.4 } }, 'improved', 'ok'],
    ['at the margin', { paces: { s: 1 } }, { paces: { s: 0.9 } }, 'inconclusive', 'inconclusive'],
    [
      'the same on a machine of half the speed',
      { paces: { s: 2 } },
      { paces: { s: 2 }, machine: 0.5 },
      ...(['ok', 'ok'] as const),
    ],
    [
      'too few blocks',
      { paces: { s: 1 } },
      { paces: { s: 0.5 }, blocks: 5 },
      ...(['inconclusive', 'inconclusive'] as const),
    ],
  ];
  for (const [name, base, head, verdict, outcome] of rows) {
    it(`${name}: ${verdict}, by throughput and by latency`, () => {
      for (const margin of [throughput, p99]) {
        const comparison = compare(base, head, { gateOf: gateOf([margin]) });
        assert.equal(cellOf(comparison, 's').verdict, verdict, margin.metric);
        assert.equal(outcomeOf(comparison), outcome);
        // What decides nothing changes no status.
        const shown = compare(base, head, { gated: false, gateOf: gateOf([margin]) });
        assert.equal(outcomeOf(shown), 'ok');
      }
    });
  }

  it('gives the ratio of ratios, the values as measured, and no confirmation', () => {
    const base = { paces: { s: 2 } };
    const cell = cellOf(compare(base, { paces: { s: 1.4 }, machine: 0.5 }), 's');
    assert.ok(Math.abs((cell.change?.value ?? 0) - 0.7) < 0.02, String(cell.change?.value));
    const moved = (cell.head?.value ?? 0) / (cell.base?.value ?? 1);
    assert.ok(Math.abs(moved - 0.35) < 0.02, String(moved));
    assert.equal(cell.confirmed, null);
    assert.ok((cell.pWorse ?? 1) < 0.001);
  });

  it('has no row for the control, and says how far it moved', () => {
    const comparison = compare({ paces: { s: 1 } }, { paces: { s: 1 }, machine: 0.5 });
    assert.deepEqual(
      comparison.cells.map(({ strategy }) => strategy),
      ['s'],
    );
    assert.match(
      comparison.warnings[0] ?? '',
      /ratios to ref, the control, which is 1 by construction .* moved by −50\.0%/,
    );
  });

  it('takes all heads for one family', () => {
    const base = madeUpSide('base', madeUpResult([{ paces: { s: 1 }, blocks: 8 }]));
    const heads = (count: number) =>
      Array.from({ length: count }, () =>
        madeUpSide('head', madeUpResult([{ paces: { s: 0.7 }, blocks: 8 }])),
      );
    // 8 blocks give p = 4 / 2^8 = .016.
    const verdicts = (count: number) =>
      compareSides(base, heads(count), options()).map((one) => cellOf(one, 's').verdict);
    assert.deepEqual(verdicts(3), ['regressed', 'regressed', 'regressed']);
    assert.deepEqual([...new Set(verdicts(4))], ['inconclusive']);
  });

  it('pools the runs of a side by their ratios to the control', () => {
    const base = madeUpSide('base', madeUpResult([{ paces: { s: 1 } }]));
    const head = madeUpSide(
      'head',
      madeUpResult([{ paces: { s: 0.7 }, blocks: 6 }]),
      madeUpResult([{ paces: { s: 0.7 }, blocks: 6, machine: 0.1 }]),
    );
    const cell = cellOf(only(compareSides(base, [head], options())), 's');
    assert.equal(cell.verdict, 'regressed');
    assert.equal(cell.blocks, 12);
    assert.deepEqual([cell.head?.low, cell.head?.high], [null, null]);
  });

  it('names what stands on one side only', () => {
    const refusing = testArm('refused', { status: 'unsupported', reason: 'it sleeps' });
    const made = madeUpWorkload({ paces: { s: 1 } });
    const base = madeUpSide(
      'base',
      madeUpResult([
        { paces: { s: 1, gone: 1, refused: 1 } },
        { paces: { s: 1 }, workload: { name: 'other' } },
      ]),
    );
    const head = madeUpSide(
      'head',
      madeUpResult([
        { ...made, strategies: [...made.strategies, refusing] },
        { paces: { s: 1 }, workload: { name: 'other', plan: testPlan({ threads: 8 }) } },
      ]),
    );
    const shown = only(compareSides(base, [head], options({ gated: false })));
    assert.deepEqual(
      shown.oneSided.map(({ cell, side, reason }) => `${side} ${cell}: ${reason}`),
      [
        'base other/threads=4: else with 8 threads',
        'head other/threads=8: else with 4 threads',
        'base fault-storm/threads=4/refused: refused in head: it sleeps',
        'base fault-storm/threads=4/gone: ',
      ],
    );
    assert.equal(outcomeOf(shown), 'ok');
    // What base has measured and head refuses is lost to a gate; what head does not list is a choice.
    const gated = only(compareSides(base, [head], options()));
    assert.deepEqual(gated.refusals, [
      'fault-storm/threads=4: refused is gated, and head refuses to run what base has measured',
    ]);
    const ignore = [{ strategy: 'refused', metric: null, role: null, op: null, place: null }];
    const ignored = options({ gateOf: gateOf([throughput], { ignore }) });
    assert.equal(outcomeOf(only(compareSides(base, [head], ignored))), 'ok');
  });

  it('does not pass a gate that names a strategy without a cell', () => {
    const margins = [throughput, { ...throughput, strategy: 'fresh' }];
    const comparison = compare(
      { paces: { s: 1 } },
      { paces: { s: 1, fresh: 1 } },
      { gateOf: gateOf(margins) },
    );
    assert.match(comparison.refusals.join(), /the gate names fresh, which does not stand on both/);
    assert.equal(outcomeOf(comparison), 'not-comparable');
  });

  it('judges no metric in which the control differs from itself by more than the margin, on either side', () => {
    const tight = { gateOf: gateOf([{ ...throughput, margin: 0.001 }]) };
    const noisy = compare({ paces: { s: 1 } }, { paces: { s: 0.7 }, arm: true }, tight);
    assert.equal(cellOf(noisy, 's').verdict, 'noisy');
    assert.match(cellOf(noisy, 's').reason, /ref differs from itself by up to .* in head/);
    assert.equal(noisy.noise.length, 1);
    const inBase = compare({ paces: { s: 1 }, arm: true }, { paces: { s: 0.7 } }, tight);
    assert.match(cellOf(inBase, 's').reason, /in base/);
    const calm = compare({ paces: { s: 1 }, arm: true }, { paces: { s: 0.7 }, arm: true });
    assert.equal(cellOf(calm, 's').verdict, 'regressed');
  });

  it('shows metrics without a margin, and counts of a trial once', () => {
    const { cells } = compare(
      { paces: { s: 1 } },
      { paces: { s: 0.7 } },
      { metrics: ['p50', 'sleeps'], gated: false },
    );
    assert.deepEqual(
      cells.map(({ role, op, metric, verdict }) => `${role} ${op ?? '*'} ${metric} ${verdict}`),
      [
        'faulter fault p50 ungated',
        'mapper mmap p50 ungated',
        'mapper fault p50 ungated',
        'mapper munmap p50 ungated',
        'faulter * sleeps ungated',
      ],
    );
    assert.ok(cells.every(({ change, margin }) => change !== null && margin === null));
  });
});

describe('compareSides refuses', () => {
  const base = madeUpSide('base', madeUpResult([{ paces: { s: 1 } }]));
  const against = (changes: Partial<MadeUp>, asked: Partial<CompareOptions> = {}) =>
    compareSides(
      base,
      [madeUpSide('head', madeUpResult([{ paces: { s: 1 }, ...changes }]))],
      options(asked),
    );

  it('runs of different fingerprints, unless asked; then there are ratios and no verdict', () => {
    const slower = testPlan({ run: { durationNs: 1e8, warmupNs: 1e9, blocks: 9 } });
    const refused = only(against({ workload: { plan: slower } }));
    assert.equal(refused.trust, 'C');
    assert.deepEqual(refused.cells, []);
    assert.match(
      only(refused.refusals),
      /^fault-storm\/threads=4: fingerprints differ: window: 500ms in base, 100ms in head \(--allow/,
    );
    const allowed = only(against({ workload: { plan: slower } }, { allowMismatch: true }));
    assert.deepEqual([allowed.trust, allowed.refusals], ['C', []]);
    assert.equal(cellOf(allowed, 's').verdict, 'ungated');
    assert.match(allowed.warnings.join(), /window: 500ms in base, 100ms in head/);
    assert.equal(outcomeOf(allowed), 'not-comparable');
    assert.equal(outcomeOf({ ...allowed, gated: false }), 'ok');
  });

  it('a folder whose own runs differ, by the names of the files', () => {
    const slower = testPlan({ run: { durationNs: 1e8, warmupNs: 1e9, blocks: 9 } });
    const mixed = madeUpSide(
      'mixed',
      madeUpResult([{ paces: { s: 1 } }]),
      madeUpResult([{ paces: { s: 1 }, workload: { plan: slower } }]),
    );
    const comparison = only(compareSides(base, [mixed], options()));
    assert.match(only(comparison.refusals), /500ms in base, 100ms in mixed\/2\.json/);
  });

  it('sides without a block, without a workload in common, and a run with itself', () => {
    const nothing = only(against({ workload: { trials: [] } }));
    assert.deepEqual(nothing.refusals, [
      'fault-storm/threads=4: no block was finished in head (head/1.json)',
    ]);
    const other = only(against({ workload: { name: 'other' } }));
    assert.match(other.refusals.join(), /no workload was run on both sides/);
    const itself = only(compareSides(base, [{ ...base, name: 'again' }], options()));
    assert.match(itself.refusals.join(), /hold the same run/);
    for (const one of [nothing, other, itself]) {
      assert.equal(outcomeOf(one), 'not-comparable');
      assert.equal(outcomeOf({ ...one, gated: false }), 'not-comparable');
    }
  });

  it('a control that did not run on both sides, or is not one strategy', () => {
    const made = madeUpWorkload({ paces: { s: 1 } });
    const without = { ...made, reference: 's', strategies: [testArm('s')] };
    const refuses = (workload: typeof made): string =>
      only(
        compareSides(base, [madeUpSide('head', madeUpResult([workload]))], options()),
      ).refusals.join();
    // base's reference is not in head, but head's is in base.
    assert.doesNotMatch(refuses(without), /there is no control/);
    const other = madeUpWorkload({ paces: { t: 1 } });
    const neither = { ...other, reference: 't', strategies: [testArm('t')] };
    assert.match(refuses(neither), /there is no control: t, ref did not run in every run/);
    const changed = {
      ...made,
      strategies: [
        testArm('ref', { strategy: testStrategy('ref', { mmapLock: 'x' }) }),
        testArm('s'),
      ],
    };
    assert.match(refuses(changed), /ref, the control, is not one strategy .* mmap_lock/);
  });

  it('what broke an invariant', () => {
    const made = madeUpWorkload({ paces: { s: 1, t: 1 } });
    const breaking = (label: string) => ({
      ...made,
      trials: made.trials.map((trial) =>
        trial.strategy === label && trial.block === 3
          ? { ...trial, faults: ['lost a frame'] }
          : trial,
      ),
    });
    const of = (label: string) =>
      only(
        compareSides(
          madeUpSide('base', madeUpResult([{ paces: { s: 1, t: 1 } }])),
          [madeUpSide('head', madeUpResult([breaking(label)]))],
          options(),
        ),
      );
    const one = of('s');
    assert.equal(cellOf(one, 's').verdict, 'not-judged');
    assert.equal(cellOf(one, 't').verdict, 'ok');
    assert.deepEqual(one.refusals, [
      'head/1.json: fault-storm: s was incorrect (block 3: lost a frame)',
    ]);
    assert.deepEqual(of('ref').cells, []);
  });
});
