import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { Counters } from '../machine/counters.js';
import { assertGolden } from './golden.test-support.js';
import { tableReport } from './table.js';
import { reportFixture } from './fixture.test-support.js';

const plain = { colour: false, verbose: false };

test('the table at 132 columns', () => {
  assertGolden('table-132.txt', tableReport(reportFixture(), { ...plain, width: 132 }));
});

test('under 100 columns every row is stacked and no line is longer than the terminal', () => {
  const text = tableReport(reportFixture(), { ...plain, width: 80 });
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  assertGolden('table-80.txt', text);
});

test('colour adds nothing but control characters; without it there are none', () => {
  const coloured = tableReport(reportFixture(), { ...plain, colour: true, width: 132 });
  const text = tableReport(reportFixture(), { ...plain, width: 132 });
  assert.notEqual(coloured, text);
  assert.equal(stripVTControlCharacters(coloured), text);
  assert.ok(!text.includes('\u001b'));
});

test('--verbose shows the locks that nobody waited for too', () => {
  const text = tableReport(reportFixture(), { ...plain, verbose: true, width: 132 });
  assert.match(text, /^ zone$/m);
});

test('a lock that was only tried in vain is shown, and one that was had at once is not', () => {
  const [first] = reportFixture().analysis.workloads[0]?.counters ?? [];
  assert.ok(first !== undefined);
  const vma = Object.assign(new Counters(), { acquisitions: 5_000, fallbacks: 600 });
  const counters = [{ ...first, classes: { ...first.classes, vma } }];
  const text = tableReport(reportFixture({ counters }), { ...plain, width: 132 });
  assert.match(text, /^ vma$/m);
  assert.match(text, /^ strategy .* fallbacks$/m);
  assert.doesNotMatch(text, /^ zone$/m);
});

test('broken invariants come last', () => {
  const faults = Array.from({ length: 12 }, (_, index) => ({
    strategy: 'mutex',
    block: index + 1,
    text: 'two writers held mmap_lock at once',
  }));
  const text = tableReport(reportFixture({ faults }), { ...plain, width: 132 });
  assert.match(text, /INCORRECT.*\n {3}mutex, block 1: two writers held mmap_lock at once\n/);
  assert.match(text, /and 2 more in the result file\n$/);
});

test('a strategy without a finished trial is shown as not measured', () => {
  const { analysis } = reportFixture();
  const strategies = (analysis.workloads[0]?.strategies ?? []).map((row) => ({
    ...row,
    measured: null,
  }));
  const text = tableReport(
    reportFixture({ strategies, blocks: 0, fastest: { type: 'none' }, operations: [] }),
    { ...plain, width: 132 },
  );
  assert.match(text, /^ mutex +not measured$/m);
  assert.match(text, /0 of 12 blocks/);
});

test('a note on several strategies is one line, and all of them under --verbose', () => {
  const notes = ['mutex', 'rwsem-spin', 'qrwlock'].map((strategy) => ({
    type: 'unsteady' as const,
    strategy,
    trials: 3,
    of: 12,
    text: `${strategy} was not steady`,
    advice: 'warm up longer',
  }));
  const text = tableReport(reportFixture({ notes }), { ...plain, width: 120 });
  assert.match(
    text,
    /^ {3}mutex was not steady \(likewise rwsem-spin and qrwlock\): warm up longer$/m,
  );
  const verbose = tableReport(reportFixture({ notes }), { ...plain, verbose: true, width: 120 });
  assert.match(verbose, /^ {3}qrwlock was not steady: warm up longer$/m);
});
