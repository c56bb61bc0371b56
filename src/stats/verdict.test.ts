import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { holmAdjusted } from './holm.js';
import { atLeast, leastDecisive } from './sign-test.js';
import { blocksNeeded, judgeFamily, limitsOf } from './verdict.js';

/** `worse` blocks 20 % below, `same` unchanged, `better` 20 % above. */
const blocks = (worse: number, same: number, better: number): number[] => [
  ...new Array<number>(worse).fill(Math.log(0.8)),
  ...new Array<number>(same).fill(0),
  ...new Array<number>(better).fill(Math.log(1.2)),
];

const judge = (logRatios: readonly number[], margin = 0.1, alpha = 0.05) =>
  judgeFamily([{ logRatios, limits: limitsOf(margin, 'higher') }], alpha)[0];

describe('atLeast', () => {
  it('is the exact tail of a fair coin', () => {
    assert.equal(atLeast(0, 5), 1);
    assert.equal(atLeast(5, 5), 1 / 32);
    assert.equal(atLeast(4, 5), 6 / 32);
    assert.equal(atLeast(6, 5), 0);
    // Conover, Practical Nonparametric Statistics, table A3: P(Bin(20, ½) ≤ 5) = 0.0207.
    assert.ok(Math.abs(atLeast(15, 20) - 0.0207) < 5e-5);
  });

  it('falls as the count rises, and complements its mirror image', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(300), (n, k) => {
        const count = Math.min(n, k);
        assert.ok(atLeast(count, n) >= atLeast(count + 1, n));
        assert.ok(Math.abs(atLeast(count, n) + atLeast(n - count + 1, n) - 1) < 1e-9);
      }),
    );
  });
});

describe('holmAdjusted', () => {
  it('agrees with the published worked example', () => {
    // Wikipedia, Holm-Bonferroni method: of p = .01, .04, .03, .005 at 5 %, the first and the last are rejected.
    // Sorted: .005 × 4 = .02; .01 × 3 = .03; .03 × 2 = .06; .04 × 1 = .04, which may not fall below .06.
    assert.deepEqual(
      holmAdjusted([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12))),
      [0.03, 0.06, 0.06, 0.02],
    );
    assert.deepEqual(holmAdjusted([0.5, 0.9]), [1, 1]);
    assert.deepEqual(holmAdjusted([]), []);
  });

  it('keeps the order of p values, and is never below them nor above Bonferroni', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 20 }), (values) => {
        const adjusted = holmAdjusted(values);
        for (const [i, value] of values.entries()) {
          const own = adjusted[i] ?? 0;
          assert.ok(own >= value && own <= Math.min(1, value * values.length) + 1e-12);
          for (const [j, other] of values.entries()) {
            if (value < other) assert.ok(own <= (adjusted[j] ?? 0));
          }
        }
      }),
    );
  });
});

describe('judgeFamily', () => {
  /** Least number of blocks on one side for p ≤ .05: n = 12: 10, 20: 15, 30: 20, 40: 26. */
  const table = [
    { n: 12, needed: 10 },
    { n: 20, needed: 15 },
    { n: 30, needed: 20 },
    { n: 40, needed: 26 },
  ];

  for (const { n, needed } of table) {
    it(`decides ${n} blocks from ${needed} on one side on, and not one earlier`, () => {
      assert.equal(judge(blocks(needed, n - needed, 0))?.verdict, 'regressed');
      assert.notEqual(judge(blocks(needed - 1, n - needed + 1, 0))?.verdict, 'regressed');
      assert.equal(judge(blocks(0, n - needed, needed))?.verdict, 'improved');
      assert.equal(judge(blocks(0, n - needed + 1, needed - 1))?.verdict, 'ok');
      assert.equal(judge(blocks(n - needed, needed, 0))?.verdict, 'ok');
      assert.equal(judge(blocks(n - needed + 1, needed - 1, 0))?.verdict, 'inconclusive');
    });
  }

  it('says nothing without blocks', () => {
    assert.deepEqual(judge([]), {
      verdict: 'inconclusive',
      pWorse: 1,
      pBetter: 1,
      pNotWorse: 1,
    });
  });

  it('asks more of a cell the more cells are judged, but not of a proof that it is not worse', () => {
    const cell = (worse: number) => ({
      logRatios: blocks(worse, 20 - worse, 0),
      limits: limitsOf(0.1, 'higher'),
    });
    const verdicts = (cells: ReturnType<typeof cell>[]) =>
      judgeFamily(cells, 0.05).map(({ verdict }) => verdict);
    assert.deepEqual(verdicts([cell(15)]), ['regressed']);
    assert.deepEqual(verdicts([cell(15), cell(0), cell(5), cell(0)]), [
      'inconclusive',
      'ok',
      'ok',
      'ok',
    ]);
    assert.equal(verdicts([cell(17), cell(0), cell(0), cell(0)])[0], 'regressed');
  });

  it('turns a margin into limits by the direction of the metric', () => {
    const higher = limitsOf(0.05, 'higher');
    assert.ok(Math.abs(Math.exp(higher.worse) - 0.95) < 1e-12);
    assert.ok(Math.abs(Math.exp(higher.better) - 1.05) < 1e-12);
    const lower = limitsOf(0.25, 'lower');
    assert.ok(Math.abs(Math.exp(-lower.worse) - 1.25) < 1e-12);
    assert.ok(Math.abs(Math.exp(-lower.better) - 0.75) < 1e-12);
  });

  it('bears infinite ratios, does not care for order, and never calls a worse sample better', () => {
    const ratio = fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(-Infinity, Infinity),
    );
    const rank = { regressed: 0, inconclusive: 1, ok: 2, improved: 3 };
    fc.assert(
      fc.property(fc.array(ratio, { minLength: 1, maxLength: 40 }), fc.nat(), (sample, at) => {
        const verdict = judge(sample)?.verdict ?? 'inconclusive';
        assert.equal(judge([...sample].reverse())?.verdict, verdict);
        const worse = sample.with(at % sample.length, -Infinity);
        assert.ok(rank[judge(worse)?.verdict ?? 'improved'] <= rank[verdict]);
      }),
    );
  });
});

describe('leastDecisive', () => {
  it('is what it takes, and not one block more', () => {
    for (const alpha of [0.5, 0.25, 0.05, 0.04, 0.01, 0.01 / 7]) {
      const least = leastDecisive(alpha);
      assert.ok(atLeast(least, least) <= alpha && atLeast(least - 1, least - 1) > alpha);
    }
  });
});

describe('blocksNeeded', () => {
  const limits = limitsOf(0.1, 'higher');
  const needed = (logRatios: readonly number[], family = 1) =>
    blocksNeeded({ logRatios, limits }, 0.01, family);
  const noisy = (median: number, spread: number) =>
    Array.from({ length: 21 }, (_, i) => median + (spread * (i - 10)) / 10);

  it('grows with the noise, and as the median nears the limit', () => {
    const quiet = needed(noisy(0, 0.05)) ?? 0;
    assert.ok(quiet >= 21);
    assert.ok((needed(noisy(0, 0.4)) ?? 0) > quiet);
    assert.ok((needed(noisy(limits.worse + 0.01, 0.4)) ?? 0) > 1000);
  });

  it('is never less than a verdict takes, and a regression takes more in a large family', () => {
    const quietly = (median: number) => [-1, 0, 1].map((i) => median + i / 1000);
    assert.equal(needed(quietly(0)), 7);
    assert.equal(needed(quietly(0), 100), 7);
    assert.equal(needed(quietly(-1)), 7);
    assert.equal(needed(quietly(-1), 100), 14);
  });

  it('is unknown where no number would do', () => {
    assert.equal(needed(noisy(limits.worse, 0.1)), null);
    assert.equal(needed([0.1]), null);
  });
});
