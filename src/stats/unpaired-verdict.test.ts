import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { blocksNeededOfEach, judgeDifferences, type UnpairedTest } from './unpaired-verdict.js';
import { limitsOf } from './verdict.js';

const limits = limitsOf(0.1, 'higher');

/** Log-ratios about ln `ratio`, evenly spread by `spread` to either side. */
const about = (ratio: number, count = 20, spread = 0.01): number[] =>
  Array.from({ length: count }, (_, i) => Math.log(ratio) + spread * ((2 * i) / (count - 1) - 1));

const test = (base: readonly number[], head: readonly number[]): UnpairedTest => ({
  ...{ base, head, limits },
});

describe('judgeDifferences', () => {
  const rows: readonly [string, UnpairedTest, string][] = [
    ['the same', test(about(1), about(1)), 'ok'],
    ['worse by less than the margin', test(about(1), about(0.95)), 'ok'],
    ['worse by about the margin', test(about(1), about(0.9)), 'inconclusive'],
    ['worse by more than the margin', test(about(1), about(0.8)), 'regressed'],
    ['as much worse, from another ratio to the control', test(about(5), about(4)), 'regressed'],
    ['better by less than the margin', test(about(1), about(1.05)), 'ok'],
    ['better by more than the margin', test(about(1), about(1.2)), 'improved'],
    ['too much noise', test(about(1, 20, 1), about(1, 20, 1)), 'inconclusive'],
    ['too few blocks of base', test(about(1, 5), about(0.5)), 'inconclusive'],
    ['too few blocks of head', test(about(1), about(0.5, 5)), 'inconclusive'],
    ['no block', test([], []), 'inconclusive'],
  ];
  for (const [name, cell, expected] of rows) {
    it(`${name}: ${expected}`, () =>
      assert.equal(judgeDifferences([cell], 0.05)[0]?.verdict, expected));
  }

  it('asks more of a cell the larger its family', () => {
    const close = test(about(1, 7), about(0.8, 7));
    assert.equal(judgeDifferences([close], 0.05)[0]?.verdict, 'regressed');
    const family = [close, ...Array.from({ length: 9 }, () => test(about(1), about(1)))];
    assert.equal(judgeDifferences(family, 0.05)[0]?.verdict, 'inconclusive');
  });

  it('never finds a cell both worse and not worse, and turns round with its sides', () => {
    const sample = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      ...{ minLength: 6, maxLength: 25 },
    });
    const even = { worse: -0.1, better: 0.1 };
    fc.assert(
      fc.property(sample, sample, (base, head) => {
        const [one] = judgeDifferences([{ base, head, limits: even }], 0.05);
        const [other] = judgeDifferences([{ base: head, head: base, limits: even }], 0.05);
        assert.ok(one !== undefined && other !== undefined);
        assert.ok(one.pWorse === 1 || one.pNotWorse === 1);
        assert.ok(Math.abs(one.pWorse - other.pBetter) < 1e-9);
      }),
    );
  });
});

describe('blocksNeededOfEach', () => {
  it('is what decides: with so many blocks of the same spread the verdict is no longer open', () => {
    const open = test(about(1, 12, 0.3), about(1, 12, 0.3));
    assert.equal(judgeDifferences([open], 0.05)[0]?.verdict, 'inconclusive');
    const needed = blocksNeededOfEach(open, 1) ?? 0;
    assert.ok(needed > 12);
    const enough = test(about(1, needed, 0.3), about(1, needed, 0.3));
    assert.equal(judgeDifferences([enough], 0.05)[0]?.verdict, 'ok');
  });

  it('is at least what a verdict takes at all, of a regression in its family', () => {
    // 7 blocks give p = 4 / 2^7 = .03, and 11 give .002, which is .05 / 25.
    assert.equal(blocksNeededOfEach(test(about(1, 5), about(1, 5)), 25), 7);
    assert.equal(blocksNeededOfEach(test(about(1, 5), about(0.5, 5)), 25), 11);
    const least = test(about(1, 11), about(0.5, 11));
    const family = [least, ...Array.from({ length: 24 }, () => test(about(1), about(1)))];
    assert.equal(judgeDifferences(family, 0.05)[0]?.verdict, 'regressed');
  });

  it('is unknown on the limit, and without a spread', () => {
    const onTheLimit = test([0, 0, 0.1], [limits.worse, limits.worse, 0.1]);
    assert.equal(blocksNeededOfEach(onTheLimit, 1), null);
    assert.equal(blocksNeededOfEach(test([0], about(1)), 1), null);
  });
});
