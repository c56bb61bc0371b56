import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from './golden.test-support.js';
import { markdownReport } from './markdown.js';
import { reportFixture } from './fixture.test-support.js';

const options = { width: 80, colour: false, verbose: false };

test('markdown', () => {
  assertGolden('report.md', markdownReport(reportFixture(), options));
});

test('a name from a user cannot become markup or break a table', () => {
  const text = markdownReport(reportFixture({ reference: 'a|b <img>' }), options);
  assert.match(text, /vs a\\\|b \\<img\\>/);
});
