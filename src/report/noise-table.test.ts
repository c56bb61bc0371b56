import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NoiseMeasure } from '../gate/noise-survey.js';
import { assertGolden } from './golden.test-support.js';
import { renderNoise } from './noise-table.js';

const throughput: NoiseMeasure = {
  workload: 'section',
  role: 'worker',
  metric: 'throughput',
  blocks: 12,
  ratio: { value: 1.002, low: 0.989, high: 1.013 },
  floor: 0.013,
  spread: 0.021,
  resolvable: [
    { blocks: 9, change: 0.028 },
    { blocks: 20, change: 0.0188 },
    { blocks: 30, change: 0.0153 },
  ],
  margins: [
    { host: 'shared', margin: 0.1, blocks: 7 },
    { host: 'dedicated', margin: 0.03, blocks: 8 },
  ],
  reason: '',
};

const p99: NoiseMeasure = {
  ...throughput,
  metric: 'p99',
  ratio: { value: 0.97, low: null, high: null },
  floor: null,
  spread: null,
  resolvable: throughput.resolvable.map(({ blocks }) => ({ blocks, change: null })),
  margins: [
    { host: 'shared', margin: 0.25, blocks: null },
    { host: 'dedicated', margin: 0.1, blocks: 24331 },
  ],
  reason: '31 samples above it in a trial, and it takes 100: run longer (--duration)',
};

for (const width of [132, 80]) {
  test(`noise in a terminal of ${width} characters`, () => {
    const text = renderNoise([throughput, p99], { width, colour: false });
    assertGolden(`noise-${width}.txt`, text);
    for (const line of text.split('\n')) assert.ok(line.length <= width, line);
  });
}
