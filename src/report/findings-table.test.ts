import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examine } from '../doctor/checks.js';
import * as trees from '../doctor/recorded-trees.test-support.js';
import { recordedMachine } from '../system/recorded-machine.test-support.js';
import { renderFindings } from './findings-table.js';
import { assertGolden } from './golden.test-support.js';

const shown = (recording: keyof typeof trees, width: number): string =>
  renderFindings(examine(recordedMachine(trees[recording])), { width, colour: false });

test('findings in a wide terminal', () => {
  assertGolden('findings-120.txt', shown('laptop', 120));
});

test('findings in a narrow one', () => {
  assertGolden('findings-80.txt', shown('limitedContainer', 80));
});

test('no line is longer than the terminal is wide, but for a command', () => {
  for (const name of Object.keys(trees) as (keyof typeof trees)[]) {
    for (const line of shown(name, 80).split('\n')) {
      if (!/^ {5}(echo|sudo|ps|taskset) /.test(line)) assert.ok(line.length <= 80, line);
    }
  }
});

test('where the table does not fit it is stacked', () => {
  assert.match(
    shown('laptop', 50),
    /^ governor\n {3}finding ! noisy · value powersave on 8 CPUs\n turbo\n/m,
  );
});

test('what has one reason is said once', () => {
  const text = shown('closedMachine', 120);
  assert.match(text, /governor, frequencies, heat: \/sys\/devices\/system\/cpu does not exist/);
});
