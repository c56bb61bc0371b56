import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimVerdict } from '../results/analysis.js';
import { printEstimate, publishedRow, tally } from './published-claims.js';

function verdict(
  text: string,
  min: number | null,
  max: number | null,
  outcome: ClaimVerdict['verdict'] = 'holds',
): ClaimVerdict {
  const cell = { strategy: 'a', threads: null };
  const range = { min, max };
  const base = { text, line: 1, metric: 'throughput', role: null, op: null };
  return {
    claim: { ...base, kind: 'ratio', of: cell, than: cell, range },
    verdict: outcome,
    estimate: { value: 0.5, low: 0.4, high: 0.6 },
    unit: 'ratio',
    reason: '',
  };
}

test('a claim is split into what it says and what was published', () => {
  const row = publishedRow(verdict('a against b (published 0.84)', 0.56, 1.26));
  assert.equal(row.claim, 'a against b');
  assert.equal(row.published, '0.84');
  assert.equal(row.tolerance, '0.56 to 1.26');
  assert.equal(row.kind, 'ratio');
  assert.equal(row.isFitted, false);
  const words = publishedRow(verdict('a (b) is fair (published: 7 and 9)', 1, null));
  assert.equal(words.claim, 'a (b) is fair');
  assert.equal(words.published, '7 and 9');
  assert.equal(publishedRow(verdict('nothing stated', 1, 2)).published, '');
});

test('one limit of 1 asks for an order, any other for a ratio', () => {
  assert.equal(publishedRow(verdict('x', 1, null)).kind, 'order');
  assert.equal(publishedRow(verdict('x', null, 1)).kind, 'order');
  assert.equal(publishedRow(verdict('x', null, 0.1)).kind, 'ratio');
  assert.equal(publishedRow(verdict('x', 1, 2)).kind, 'ratio');
  assert.equal(publishedRow(verdict('x', null, 1)).tolerance, 'below 1');
});

test('what is fitted is not counted', () => {
  const rows = [
    publishedRow(verdict('a (published 1; fitted)', 0.5, 2)),
    publishedRow(verdict('b (published 1)', 0.5, 2)),
    publishedRow(verdict('c (published 1)', 0.5, 2, 'refuted')),
    publishedRow(verdict('d (published 1)', 1, null, 'inconclusive')),
  ];
  assert.equal(rows[0]?.published, '1');
  assert.deepEqual(tally(rows), {
    order: { within: 0, open: 1, outside: 0 },
    ratio: { within: 1, open: 0, outside: 1 },
  });
});

test('an estimate is printed to three digits, with its interval if it has one', () => {
  assert.equal(printEstimate({ value: 1.23456, low: 1.2, high: 12.345 }), '1.23 [1.2, 12.3]');
  assert.equal(printEstimate({ value: 26.9, low: null, high: null }), '26.9');
  assert.equal(printEstimate(null), 'none');
});
