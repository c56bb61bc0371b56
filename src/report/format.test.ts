import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatBytes,
  formatChange,
  formatChangeInterval,
  formatMultiple,
  formatNs,
  formatSeconds,
  formatShare,
  formatSi,
  formatSpread,
  sparkline,
} from './format.js';

function table<T>(name: string, format: (value: T) => string, rows: readonly [T, string][]): void {
  test(name, () => {
    for (const [value, expected] of rows) assert.equal(format(value), expected);
  });
}

table('rates keep three digits and take an SI prefix', formatSi, [
  [0, '0'],
  [4.5123, '4.51'],
  [312, '312'],
  [999.4, '999'],
  [999.6, '1.00k'],
  [6_123_456, '6.12M'],
  [61_234_567, '61.2M'],
  [999_950_000, '1.00G'],
]);

table('latencies choose their unit', formatNs, [
  [0, '0ns'],
  [17.5, '17.5ns'],
  [250, '250ns'],
  [18_200, '18.2µs'],
  [999_600, '1.00ms'],
  [212_000, '212µs'],
  [3_400_000_000, '3.40s'],
]);

table('durations', formatSeconds, [
  [0.6, '0.6s'],
  [4, '4s'],
  [59.6, '1m00s'],
  [200, '3m20s'],
  [3700, '1h01m'],
]);

table('changes are signed, with less detail when great', formatChange, [
  [0.658, '−34.2%'],
  [1.613, '+61.3%'],
  [11.65, '+1065%'],
  [1, '+0.0%'],
  [Infinity, '+∞%'],
]);

table('sizes', formatBytes, [
  [512, '512 B'],
  [1536, '1.50 KiB'],
  [268_435_456, '256 MiB'],
]);

test('intervals and spreads are empty where there is none', () => {
  assert.equal(formatChangeInterval(0.644, 0.669), '[−35.6,−33.1]');
  assert.equal(formatChangeInterval(null, null), '');
  assert.equal(formatSpread(100, 98, 101), '±2.0%');
  assert.equal(formatSpread(100, 60, 101), '±40%');
  assert.equal(formatSpread(100, null, null), '');
});

test('a ratio as a multiple', () => {
  assert.equal(formatMultiple(0.9688), '0.969×');
  assert.equal(formatMultiple(9.99951), '10.0×');
});

test('a share', () => assert.equal(formatShare(0.111), '11.1%'));

test('a sparkline scales from zero and squeezes many blocks into its width', () => {
  assert.equal(sparkline([], 5), '');
  assert.equal(sparkline([0, 0], 5), '');
  assert.equal(sparkline([8, 4, 0.5], 5), '█▅▁');
  assert.equal(sparkline([1, 1, 8, 8], 2), '▂█');
  assert.equal(sparkline([100, 101, 108], 5, 100), '▁▂█');
  assert.equal(sparkline([100, 90], 5, 100), '');
});
