import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatDuration,
  formatSize,
  longestDurationNs,
  parseDuration,
  parseWholeDuration,
  parsePercent,
  parseRate,
  parseSize,
} from './units.js';

const value = (parsed: { ok: boolean; value?: unknown }): unknown =>
  parsed.ok ? parsed.value : undefined;
const message = (parsed: { ok: boolean; message?: unknown }): unknown => parsed.message;

test('quantities are read in base units', () => {
  assert.equal(value(parseDuration('20us')), 20_000);
  assert.equal(value(parseDuration('20µs')), 20_000);
  assert.equal(value(parseDuration('1.5 ms')), 1_500_000);
  assert.equal(value(parseDuration('0s')), 0);
  assert.equal(value(parseSize('1.5GiB')), 1.5 * 2 ** 30);
  assert.equal(value(parseRate('5000/s')), 5000);
  assert.equal(value(parsePercent('75%')), 0.75);
});

test('a quantity that is not one says how to write it', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [parseDuration('soon'), '"soon" is not a duration: write it as 20us'],
    [parseDuration('-3us'), '"-3us" is not a duration: write it as 20us'],
    [parseDuration('20'), '"20" has no unit: a duration ends in ns, us, ms or s'],
    [parseDuration('5usec'), 'unknown unit "usec" in the duration "5usec" — did you mean "5us"?'],
    [
      parseDuration('5parsec'),
      'unknown unit "parsec" in the duration "5parsec" — use ns, us, ms or s',
    ],
    [parseDuration('2000000s'), '"2000000s" is longer than an hour, the longest duration there is'],
    [parseSize('5GB'), 'unknown unit "GB" in the size "5GB" — did you mean "5GiB"?'],
    [parseRate('5/min'), 'unknown unit "/min" in the rate "5/min" — use /s'],
    [parsePercent('175%'), '"175%" is more than 100%'],
    [
      parseDuration('5constructor'),
      'unknown unit "constructor" in the duration "5constructor" — use ns, us, ms or s',
    ],
  ];
  for (const [parsed, expected] of cases) {
    assert.equal(message(parsed as { ok: boolean; message?: unknown }), expected);
  }
});

test('a formatted duration is read back exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: longestDurationNs }), (ns) => {
      assert.equal(value(parseDuration(formatDuration(ns))), ns);
    }),
  );
});

test('sizes are shown in the unit that fits', () => {
  assert.equal(formatSize(4096), '4KiB');
  assert.equal(formatSize(1.5 * 2 ** 20), '1.5MiB');
  assert.equal(formatSize(2 ** 33), '8GiB');
});

test('what must be whole ns is not rounded', () => {
  assert.equal(value(parseWholeDuration('1.2us')), 1200);
  assert.equal(value(parseWholeDuration('0.1ms')), 100_000);
  assert.deepEqual(parseWholeDuration('1.5ns'), {
    ok: false,
    message: '"1.5ns" is no whole number of ns',
  });
  assert.deepEqual(parseWholeDuration('5'), parseDuration('5'));
});
