import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCell, testComparison } from './comparison.test-support.js';
import type { Comparison, Verdict } from './comparison.js';
import { couldDecide, outcomeOf, summaryOf, worstOutcome } from './outcome.js';

const of = (verdicts: readonly Verdict[], changes: Partial<Comparison> = {}): Comparison =>
  testComparison({ cells: verdicts.map((verdict) => testCell({ verdict })), ...changes });

describe('outcomeOf', () => {
  const rows: readonly [string, Comparison, string][] = [
    ['all ok', of(['ok', 'improved', 'ignored', 'ungated']), 'ok'],
    ['a regression', of(['ok', 'regressed', 'inconclusive']), 'regressed'],
    ['something open', of(['ok', 'inconclusive']), 'inconclusive'],
    ['noise', of(['ok', 'noisy']), 'inconclusive'],
    ['something open, warned of', of(['ok', 'noisy'], { inconclusive: 'warn' }), 'ok'],
    ['something open, let pass', of(['inconclusive'], { inconclusive: 'pass' }), 'ok'],
    [
      'a regression, whatever is let pass',
      of(['regressed', 'noisy'], { inconclusive: 'pass' }),
      'regressed',
    ],
    ['a refusal beside a regression', of(['regressed'], { refusals: ['no'] }), 'not-comparable'],
    ['nothing judged', of(['ignored', 'not-judged', 'ungated']), 'not-comparable'],
    ['no cell', of([]), 'not-comparable'],
    ['a regression that gates nothing', of(['regressed'], { gated: false }), 'ok'],
    ['no margin, no gate', of(['ungated'], { gated: false }), 'ok'],
    ['nothing to compare, no gate', of([], { gated: false }), 'not-comparable'],
    ['a refusal without a gate', of(['ok'], { gated: false, refusals: ['no'] }), 'not-comparable'],
  ];
  for (const [name, comparison, expected] of rows) {
    it(`${name}: ${expected}`, () => assert.equal(outcomeOf(comparison), expected));
  }
});

describe('summaryOf', () => {
  const rows: readonly [string, readonly Comparison[], string, string][] = [
    ['nothing', [], 'not-comparable', 'nothing was judged'],
    ['ignored alone', [of(['ignored'])], 'not-comparable', 'nothing was judged'],
    ['no margin', [of(['ungated'], { gated: false })], 'ok', 'no margin applies'],
    [
      'the worst first',
      [of(['ok', 'ok', 'noisy', 'improved', 'inconclusive', 'regressed'])],
      'regressed',
      '1 regression, 1 inconclusive, 1 noisy, 1 improved, 2 ok',
    ],
    [
      'several together',
      [of(['regressed', 'ok']), of(['regressed', 'inconclusive'])],
      'regressed',
      '2 regressions, 1 inconclusive, 1 ok',
    ],
    [
      'a refusal wins',
      [of(['ok']), of(['regressed']), of([], { refusals: ['fingerprints differ'] })],
      'not-comparable',
      'not comparable, 1 regression, 1 ok',
    ],
    [
      'why what is open does not fail',
      [of(['noisy', 'ok'], { inconclusive: 'warn' })],
      'ok',
      '1 noisy, 1 ok; inconclusive: warn',
    ],
  ];
  for (const [name, comparisons, outcome, text] of rows) {
    it(name, () => assert.deepEqual(summaryOf(comparisons), { outcome, text }));
  }
});

it('the worst of several outcomes', () => {
  assert.equal(worstOutcome([]), 'ok');
  assert.equal(worstOutcome(['ok', 'inconclusive']), 'inconclusive');
  assert.equal(worstOutcome(['inconclusive', 'regressed']), 'regressed');
  assert.equal(worstOutcome(['regressed', 'not-comparable']), 'not-comparable');
});

it('more blocks could decide what is open and was measured', () => {
  assert.equal(couldDecide(of(['ok', 'regressed'])), false);
  assert.equal(couldDecide(of(['ok', 'noisy'])), true);
  const unmeasured = testCell({ verdict: 'inconclusive', blocks: 0, base: null });
  assert.equal(couldDecide(testComparison({ cells: [unmeasured] })), false);
  const rare = testCell({ verdict: 'inconclusive', reason: '31 samples above it in a trial' });
  assert.equal(couldDecide(testComparison({ cells: [rare] })), false);
});
