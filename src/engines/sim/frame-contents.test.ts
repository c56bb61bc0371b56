import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apartWord, pageWords } from '../../machine/layout.js';
import { FrameContents } from './frame-contents.js';
import { SimMemory } from './sim-memory.js';

test('a frame holds what was written into it, until it is zeroed or copied over', () => {
  const contents = new FrameContents();
  contents.set(3, 16, 7);
  contents.copy(4, 3);
  contents.set(3, 16, 8);
  assert.deepEqual([contents.get(3, 16), contents.get(4, 16), contents.get(4, 17)], [8, 7, 0]);
  contents.zero(3);
  contents.copy(4, 9);
  assert.deepEqual([contents.get(3, 16), contents.get(4, 16)], [0, 0]);
});

test('the words of frames lie apart from all others, and are the same contents', () => {
  const contents = new FrameContents();
  const words = new Int32Array(64);
  const memory = new SimMemory(words, contents);
  const frame = apartWord / pageWords + 5;
  memory.set(20, 1);
  memory.set(apartWord + 5 * pageWords + 20, 2);
  assert.deepEqual([memory.get(20), words[20], contents.get(frame, 20)], [1, 1, 2]);
  contents.set(frame, 21, 3);
  assert.equal(memory.get(apartWord + 5 * pageWords + 21), 3);
});
