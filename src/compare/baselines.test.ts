import assert from 'node:assert/strict';
import { dirname, join, sep } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { baselineFolder, baselinePath, faultOfName } from './baselines.js';

describe('names of baselines', () => {
  const rows: readonly [string, boolean][] = [
    ['main', true],
    ['v1.2_x-3', true],
    ['0', true],
    ['a..b', true],
    ['', false],
    ['.', false],
    ['..', false],
    ['.hidden', false],
    ['../main', false],
    ['a/b', false],
    ['a\\b', false],
    ['Main', false],
    ['main.json', false],
    ['a b', false],
    ['a\n', false],
    ['a\0', false],
    ['é', false],
    ['x'.repeat(101), false],
  ];
  for (const [name, isOne] of rows) {
    it(`${JSON.stringify(name)} is ${isOne ? 'one' : 'none'}`, () =>
      assert.equal(faultOfName(name) === '', isOne));
  }

  it('never lead out of their folder', () => {
    const parts = fc.constantFrom(
      '.',
      '..',
      '/',
      'a',
      '-',
      '_',
      '.json',
      '\\',
      '~',
      '9',
      'B',
      '\0',
    );
    const names = fc.array(parts, { maxLength: 6 }).map((list) => list.join(''));
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(faultOfName(name) === '');
        const path = baselinePath(`${sep}work`, name);
        assert.equal(dirname(path), join(sep, 'work', baselineFolder));
      }),
    );
  });
});
