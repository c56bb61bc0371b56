import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cpuList } from './cpu-list.js';

const read: readonly (readonly [string, readonly number[]])[] = [
  ['8', [8]],
  ['1,2,4,8', [1, 2, 4, 8]],
  [' 1, 2 ,5', [1, 2, 5]],
  ['1,2,4…64', [1, 2, 4, 8, 16, 32, 64]],
  ['1,2,4..64', [1, 2, 4, 8, 16, 32, 64]],
  ['1,2,4...64', [1, 2, 4, 8, 16, 32, 64]],
  ['1,2,4,…,64', [1, 2, 4, 8, 16, 32, 64]],
  ['1,3,9…81', [1, 3, 9, 27, 81]],
  // The last number belongs to the sweep even where the pattern passes it by.
  ['1,2,4…144', [1, 2, 4, 8, 16, 32, 64, 128, 144]],
  ['8,16,24…60', [8, 16, 24, 32, 40, 48, 56, 60]],
  ['1..5', [1, 2, 3, 4, 5]],
  ['4,6..11', [4, 6, 8, 10, 11]],
  ['1,2,4…16,24,32…56', [1, 2, 4, 8, 16, 24, 32, 40, 48, 56]],
  ['1…1024', Array.from({ length: 1024 }, (_, at) => at + 1)],
];
for (const [text, list] of read) {
  test(`--cpus ${text}`, () => assert.deepEqual(cpuList(text), list));
}

const wrong: readonly (readonly [string, RegExp])[] = [
  ['', /nothing between/],
  ['1,,2', /nothing between/],
  ['0,1', /0 is no number of CPUs/],
  ['1,2000', /from 1 to 1024/],
  ['1,x', /x is no number/],
  ['1.5', /1\.5 is no number/],
  ['4,2', /must rise, and 2 comes after 4/],
  ['2,2', /must rise/],
  ['…8', /between numbers/],
  ['1,2,4…', /between numbers|nothing between/],
  ['1…………4', /between numbers|nothing between/],
  ['1,2…8', /1,2… could go on in two ways: write 1,2,4… or 1,2,3…/],
  ['10,20..80', /write 10,20,40… or 10,20,30…/],
  ['1,2,5…40', /neither by a difference nor by a factor/],
  ['1,2,4…3', /must rise/],
];
for (const [text, message] of wrong) {
  test(`--cpus ${JSON.stringify(text)} is refused`, () =>
    assert.throws(() => cpuList(text), message));
}

test('a list of rising numbers is read as it is', () => {
  const rising = fc
    .uniqueArray(fc.integer({ min: 1, max: 1024 }), { minLength: 1, maxLength: 20 })
    .map((numbers) => numbers.sort((a, b) => a - b));
  fc.assert(
    fc.property(rising, (numbers) => assert.deepEqual(cpuList(numbers.join(',')), numbers)),
  );
});
