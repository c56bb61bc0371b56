import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonReport } from './json.js';
import { reportFixture } from './fixture.test-support.js';

test('JSON is the result with its analysis and its verdicts, and nothing else', () => {
  const input = reportFixture();
  const parsed: unknown = JSON.parse(
    jsonReport(input, { width: 80, colour: true, verbose: false }),
  );
  assert.deepEqual(
    parsed,
    JSON.parse(JSON.stringify({ ...input.result, analysis: input.analysis, verdicts: null })),
  );
});
