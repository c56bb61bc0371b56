import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createProgress } from './progress.js';
import type { Step } from './progress.js';

const step = (block: number, strategy: string): Step => ({
  workload: 'w',
  block,
  blocks: 2,
  strategy,
  operationsPerSecond: 12_100_000,
});

/** A stream that keeps what is written to it; a terminal's cursor movements become words in braces. */
function capture(isTTY: boolean, columns = 60) {
  let text = '';
  const add = (more: string): boolean => {
    text += more;
    return true;
  };
  const output = {
    isTTY,
    columns,
    write: add,
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => add('{erased}'),
  };
  return { output, text: () => stripVTControlCharacters(text), raw: () => text };
}

test('a terminal gets one line, painted anew after each trial and erased at the end', () => {
  let clock = 0;
  const { output, text } = capture(true);
  const progress = createProgress(output, false, 4, 40, () => clock);
  clock = 2000;
  progress.trialFinished(step(1, 'mcs'));
  assert.equal(text(), '  w · block 1/2 · mcs · 12.1M op/s · 6s left');
  clock = 4000;
  progress.trialFinished(step(1, 'ticket'));
  progress.note('a note');
  assert.equal(
    text(),
    '  w · block 1/2 · mcs · 12.1M op/s · 6s left{erased}' +
      '  w · block 1/2 · ticket · 12.1M op/s · 4s left{erased}a note\n',
  );
  progress.end();
  assert.ok(text().endsWith('a note\n'));
});

test('the line never wraps', () => {
  const { output, text } = capture(true);
  createProgress(output, false, 4, 40, () => 0).trialFinished(step(1, 'x'.repeat(100)));
  assert.equal(text().length, 59);
});

const elsewhere = [
  ['elsewhere', false, 60],
  ['on a terminal that does not know its width', true, 0],
] as const;

for (const [where, isTTY, columns] of elsewhere) {
  test(`${where} there is a line a block, without control characters`, () => {
    let clock = 0;
    const { output, raw } = capture(isTTY, columns);
    const progress = createProgress(output, false, 4, 40, () => clock);
    progress.blockFinished('w', 0, 2);
    clock = 3000;
    progress.trialFinished(step(1, 'mcs'));
    progress.trialFinished(step(1, 'ticket'));
    progress.blockFinished('w', 1, 2);
    progress.end();
    assert.equal(raw(), 'w · block 0/2 · 40s left\nw · block 1/2 · 3s left\n');
  });
}

test('--quiet says nothing', () => {
  const { output, text } = capture(true);
  const progress = createProgress(output, true, 4, 40, () => 0);
  progress.trialFinished(step(1, 'mcs'));
  progress.blockFinished('w', 1, 2);
  progress.note('a note');
  progress.end();
  assert.equal(text(), '');
});
