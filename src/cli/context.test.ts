import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantsColour, widthOf } from './context.js';

const write = (): boolean => true;

test('colour only on a terminal, and NO_COLOR wins over everything', () => {
  assert.equal(wantsColour({ write, isTTY: true }, {}), true);
  assert.equal(wantsColour({ write }, {}), false);
  assert.equal(wantsColour({ write, isTTY: true }, { NO_COLOR: '1' }), false);
  assert.equal(wantsColour({ write, isTTY: true }, { NO_COLOR: '' }), true);
  assert.equal(wantsColour({ write, isTTY: true }, { TERM: 'dumb' }), false);
  assert.equal(wantsColour({ write }, { FORCE_COLOR: '1' }), true);
  assert.equal(wantsColour({ write, isTTY: true }, { FORCE_COLOR: '1', NO_COLOR: '1' }), false);
  assert.equal(wantsColour({ write, isTTY: true }, { FORCE_COLOR: '0' }), false);
});

test('width: COLUMNS, else the terminal, which may not know its own', () => {
  assert.equal(widthOf({ write, isTTY: true, columns: 97 }, {}), 97);
  assert.equal(widthOf({ write, isTTY: true, columns: 97 }, { COLUMNS: '60' }), 60);
  assert.equal(widthOf({ write, isTTY: true, columns: 0 }, {}), 80);
  assert.equal(widthOf({ write }, {}), 132);
  assert.equal(widthOf({ write }, { COLUMNS: 'wide' }), 132);
});
