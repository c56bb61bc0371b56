import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../workload/units.js';
import { engineValue } from './engines.js';
import { nameList, oneLine, oneOf, quantity, seedValue, wholeNumber } from './option-values.js';

const refused = (read: () => unknown, message: RegExp): void => {
  assert.throws(
    read,
    (error) => error instanceof InvalidArgumentError && message.test(error.message),
  );
};

test('whole numbers', () => {
  assert.equal(wholeNumber(1)('12'), 12);
  for (const text of ['0', '-1', '1.5', '', 'x', '1e3', '99999999999999999999']) {
    refused(() => wholeNumber(1)(text), /whole number, 1 or more/);
  }
});

test('seeds are decimal or hexadecimal, of 32 bits', () => {
  assert.equal(seedValue('0'), 0);
  assert.equal(seedValue('0x91c2'), 0x91c2);
  assert.equal(seedValue('4294967295'), 0xffffffff);
  for (const text of ['4294967296', '-1', '91c2', '']) refused(() => seedValue(text), /2\^32/);
});

test('quantities use the units of workloads', () => {
  assert.equal(quantity(parseDuration)('500ms'), 500e6);
  refused(() => quantity(parseDuration)('500'), /no unit/);
});

test('a label is one line', () => {
  assert.equal(oneLine(' 3f2a91c: spin less '), '3f2a91c: spin less');
  for (const text of ['', '  ', 'two\nlines', '\u001b[31mred', 'x'.repeat(101)]) {
    refused(() => oneLine(text), /one line of 1 to 100 characters/);
  }
});

test('lists of names add up', () => {
  assert.deepEqual(nameList('a, b', undefined), ['a', 'b']);
  assert.deepEqual(nameList('c', ['a']), ['a', 'c']);
  refused(() => nameList('a,,b', undefined), /separated by commas/);
});

test('one of a few words, with the nearest', () => {
  const read = oneOf(['table', 'json']);
  assert.equal(read('json'), 'json');
  refused(() => read('jsn'), /table or json. Did you mean json\?/);
});

test('an engine that is not there is refused with what there is', () => {
  assert.equal(engineValue('threads'), 'threads');
  refused(() => engineValue('kernel'), /has the engine threads or sim/);
});
