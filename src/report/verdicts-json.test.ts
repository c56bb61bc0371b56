import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCell, testComparison } from '../gate/comparison.test-support.js';
import { assertGolden } from './golden.test-support.js';
import { jsonVerdicts } from './verdicts-json.js';

const options = { width: 80, colour: false, verbose: false };

describe('verdicts as JSON', () => {
  it('hold every field of a comparison', () => {
    const comparison = testComparison({ warnings: ['w'], refusals: ['r'] });
    const text = jsonVerdicts([comparison], options);
    const written = JSON.parse(text) as { comparisons: Record<string, unknown>[] };
    const [first] = written.comparisons;
    const { outcome, verdicts, ...rest } = first ?? {};
    assert.deepEqual(rest, JSON.parse(JSON.stringify(comparison)));
    assert.equal(outcome, 'not-comparable');
    assert.equal((verdicts as Record<string, number>).regressed, 1);
  });

  it('as in the golden file', () =>
    assertGolden('verdicts.json', jsonVerdicts([testComparison()], options)));

  it('name fields in one order, whatever order the comparison has them in', () => {
    const cell = testCell({});
    const turned = Object.fromEntries(Object.entries(cell).reverse()) as unknown as typeof cell;
    assert.equal(
      jsonVerdicts([testComparison({ cells: [turned] })], options),
      jsonVerdicts([testComparison({ cells: [cell] })], options),
    );
  });

  it('say the exit status only where verdicts decide it', () => {
    const exit = (gated: boolean): unknown =>
      (JSON.parse(jsonVerdicts([testComparison({ gated })], options)) as { exit: unknown }).exit;
    assert.equal(exit(true), 1);
    assert.equal(exit(false), null);
  });
});
